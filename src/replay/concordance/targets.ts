import type { AgentFamily } from '../../agents/family.ts';
import { type Price, type PriceList, priceOf } from '../../model/prices.ts';
import type { ModelParams, RequestForm } from '../../model/request.ts';
import type { Wire } from '../../model/wire.ts';
import { importWire } from '../../model/wires.ts';
import type { ReplaySettings } from '../../settings/settings.ts';

/** A model that captured prompts are put to. */
export class Target {
  readonly params: ModelParams;
  /** Undefined where none is known: its calls are outside the budget. */
  readonly price: Price | undefined;
  readonly #wire: Wire;
  readonly #forms = new Map<AgentFamily, RequestForm>();

  private constructor(params: ModelParams, price: Price | undefined, wire: Wire) {
    this.params = params;
    this.price = price;
    this.#wire = wire;
  }

  /** A model as the settings have it asked. */
  static async of(
    model: string,
    { structured, maxTokens }: Pick<ReplaySettings, 'structured' | 'maxTokens'>,
    now: Date,
  ): Promise<Target> {
    const wire = await importWire(model);
    const params = { model, structured: wire.structuredFor(model, structured), maxTokens };
    return new Target(params, priceOf(model, now), wire);
  }

  /** How this model is asked for a decision of the family. */
  formOf(family: AgentFamily): RequestForm {
    const known = this.#forms.get(family);
    if (known) return known;
    if (!family.replay) throw new TypeError(`${family.id} is not replayed`);
    const form = this.#wire.requestForm(family.replay.answer, this.params);
    this.#forms.set(family, form);
    return form;
  }
}

/** The list that a transport's calls are paid by; recorded answers are not paid for at all. */
export function priceListOf(transport: ReplaySettings['transport']): PriceList | undefined {
  return transport === 'recorded' ? undefined : transport;
}
