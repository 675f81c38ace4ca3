import { type CapturedCall, readCapturedCall } from '../corpus/prompt.ts';
import { BUILT_IN_PRICES } from '../model/price-book.ts';
import type { JsonObject } from '../shared/json.ts';

/** A captured call by what it used. */
export interface MeteredCall {
  readonly model: string;
  readonly usage: ReturnType<typeof usageOf>;
}

/** What the call behind a capture cost, USD: as its provider reported it, else its tokens at the list price of its day, else as the
 * capture reckons it, which is derived from a table nobody keeps. Where only tokens are known, the call; null where nothing
 * tells. */
export function capturedCost(json: JsonObject, day: string): number | MeteredCall | null {
  const call = readCapturedCall(json);
  if (call.reportedUsd > 0) return call.reportedUsd;
  const isMetered = call.inputTokens > 0 && call.outputTokens > 0;
  const price = isMetered ? BUILT_IN_PRICES.priceOf(call.model, new Date(day)) : undefined;
  if (price) return price.cost(usageOf(call), 'messages');
  if (call.reckonedUsd > 0) return call.reckonedUsd;
  return isMetered ? { model: call.model, usage: usageOf(call) } : null;
}

function usageOf(call: CapturedCall) {
  return {
    input_tokens: call.inputTokens,
    output_tokens: call.outputTokens,
    cache_read_input_tokens: call.cacheReadTokens,
    cache_creation_input_tokens: call.cacheWriteTokens,
  };
}
