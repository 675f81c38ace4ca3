import { type Price, type PriceList, priceOf } from '../model/prices.ts';
import { type Asking, structuredFor } from '../model/request.ts';
import type { Settings } from '../settings/settings.ts';

/** A model that captured prompts are put to. */
export interface Target {
  readonly asking: Asking;
  /** Undefined where none is known: its calls are outside the budget. */
  readonly price: Price | undefined;
}

/** A model as the settings have it asked. */
export function targetOf(
  model: string,
  { structured, maxTokens }: Pick<Settings, 'structured' | 'maxTokens'>,
  now: Date,
): Target {
  const asking = { model, structured: structuredFor(model, structured), maxTokens };
  return { asking, price: priceOf(model, now) };
}

/** The list that a transport's calls are paid by; recorded answers are not paid for at all. */
export function priceListOf(transport: Settings['transport']): PriceList | undefined {
  return transport === 'recorded' ? undefined : transport;
}
