import type { AgentFamily } from '../../agents/family.ts';
import {
  answerSchema,
  type ModelParams,
  RequestBuilder,
  structuredFor,
} from '../../model/anthropic/request.ts';
import { type Price, type PriceList, priceOf } from '../../model/prices.ts';
import type { ReplaySettings } from '../../settings/settings.ts';

/** A model that captured prompts are put to. */
export class Target {
  readonly params: ModelParams;
  /** Undefined where none is known: its calls are outside the budget. */
  readonly price: Price | undefined;
  readonly #forms = new Map<AgentFamily, RequestBuilder>();

  constructor(params: ModelParams, price: Price | undefined) {
    this.params = params;
    this.price = price;
  }

  /** How this model is asked for a decision of the family. */
  formOf(family: AgentFamily): RequestBuilder {
    const known = this.#forms.get(family);
    if (known) return known;
    if (!family.replay) throw new TypeError(`${family.id} is not replayed`);
    const form = new RequestBuilder(answerSchema(family.replay.answer), this.params);
    this.#forms.set(family, form);
    return form;
  }
}

/** A model as the settings have it asked. */
export function targetOf(
  model: string,
  { structured, maxTokens }: Pick<ReplaySettings, 'structured' | 'maxTokens'>,
  now: Date,
): Target {
  const params = { model, structured: structuredFor(model, structured), maxTokens };
  return new Target(params, priceOf(model, now));
}

/** The list that a transport's calls are paid by; recorded answers are not paid for at all. */
export function priceListOf(transport: ReplaySettings['transport']): PriceList | undefined {
  return transport === 'recorded' ? undefined : transport;
}
