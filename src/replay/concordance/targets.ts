import type { AgentFamily } from '../../agents/family.ts';
import { type Asking, answerSchema, CallForm, structuredFor } from '../../model/anthropic/request.ts';
import { type Price, type PriceList, priceOf } from '../../model/prices.ts';
import type { Settings } from '../../settings/settings.ts';

/** A model that captured prompts are put to. */
export class Target {
  readonly asking: Asking;
  /** Undefined where none is known: its calls are outside the budget. */
  readonly price: Price | undefined;
  readonly #forms = new Map<AgentFamily, CallForm>();

  constructor(asking: Asking, price: Price | undefined) {
    this.asking = asking;
    this.price = price;
  }

  /** How this model is asked for a decision of the family. */
  formOf(family: AgentFamily): CallForm {
    const known = this.#forms.get(family);
    if (known) return known;
    if (!family.replay) throw new TypeError(`${family.id} is not replayed`);
    const form = new CallForm(answerSchema(family.replay.answer), this.asking);
    this.#forms.set(family, form);
    return form;
  }
}

/** A model as the settings have it asked. */
export function targetOf(
  model: string,
  { structured, maxTokens }: Pick<Settings, 'structured' | 'maxTokens'>,
  now: Date,
): Target {
  const asking = { model, structured: structuredFor(model, structured), maxTokens };
  return new Target(asking, priceOf(model, now));
}

/** The list that a transport's calls are paid by; recorded answers are not paid for at all. */
export function priceListOf(transport: Settings['transport']): PriceList | undefined {
  return transport === 'recorded' ? undefined : transport;
}
