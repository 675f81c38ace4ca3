import { MAX_TOKENS, MAX_USD } from '../model/message.ts';
import { at, type JsonObject, numberAt, objectAt, stringAt } from '../shared/json.ts';

/** A captured prompt as it can be sent again. */
export interface Prompt {
  /** Absent where production sent none, or none was captured. */
  readonly system?: string;
  /** Verbatim. */
  readonly user: string;
}

/** What the capture says of the call it came from. */
export type CapturedCall = Readonly<ReturnType<typeof readCapturedCall>>;

/** A hole that rendering would have filled. Doubled braces are literal ones, in templates and in JSON. */
const HOLE = /(?<!\{)\{[a-z][a-z0-9_]*\}(?!\})/;

const PLACEHOLDER_TEXTS = ['not yet wired through track_llm_cost', 'not yet plumbed'];

/** The prompt of an artifact, or why there is none that could be sent: `deterministic` (no model was asked),
 * `missing_prompt`, `placeholder` (the capture site had none at hand), `unrendered_template`. */
export function readPrompt(json: JsonObject): Prompt | { readonly skip: string } {
  if ((at(json, 'model_metadata') ?? null) === null) return { skip: 'deterministic' };
  const context = objectAt(json, 'full_prompt_context');
  const user = stringAt(context, 'user_prompt') ?? '';
  if (user.trim() === '') return { skip: 'missing_prompt' };
  if (isPlaceholder(user)) return { skip: 'placeholder' };
  if (HOLE.test(user)) return { skip: 'unrendered_template' };
  const system = stringAt(context, 'system_prompt') ?? '';
  return system.trim() === '' || isPlaceholder(system) ? { user } : { system, user };
}

/** The call that an artifact was captured from. An amount is 0 where the capture does not say it, or says what no call can
 * use. */
export function readCapturedCall(json: JsonObject) {
  const metadata = objectAt(json, 'model_metadata');
  return {
    model: stringAt(metadata, 'model_name')?.trim() || 'unknown',
    /** Tokens that the original call read and wrote. */
    inputTokens: amountAt(metadata, 'input_tokens', MAX_TOKENS),
    outputTokens: amountAt(metadata, 'output_tokens', MAX_TOKENS),
    cacheReadTokens: amountAt(metadata, 'cache_read_tokens', MAX_TOKENS),
    cacheWriteTokens: amountAt(metadata, 'cache_create_tokens', MAX_TOKENS),
    /** What the provider charged, and what the capture reckons, USD. */
    reportedUsd: amountAt(metadata, 'provider_reported_cost_usd', MAX_USD),
    reckonedUsd: amountAt(metadata, 'cost_usd', MAX_USD),
  };
}

function isPlaceholder(text: string): boolean {
  const trimmed = text.trim();
  const bracketed = trimmed.startsWith('<') && trimmed.endsWith('>') && !trimmed.includes('\n');
  return bracketed || PLACEHOLDER_TEXTS.some((marker) => text.includes(marker));
}

function amountAt(metadata: JsonObject | undefined, key: string, most: number): number {
  const amount = numberAt(metadata, key);
  return amount > 0 && amount <= most ? amount : 0;
}
