import { z } from 'zod';

/** A document as its writer makes it and its readers get it. */
export type Published<S extends z.ZodType> = Frozen<z.output<S>>;

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** A key that files of older versions lack: it then reads as null. Whoever adds a key to a document uses this. */
export function orNull<S extends z.ZodType>(schema: S) {
  return schema.nullable().default(null as never);
}

export const text = (meaning: string) => z.string().describe(meaning);
export const flag = (meaning: string) => z.boolean().describe(meaning);
export const count = (meaning: string) => z.int().min(0).describe(meaning);
export const number = (meaning: string) => z.number().describe(meaning);
export const usd = (meaning: string) => z.number().describe(`${meaning}, USD`);
export const share = (meaning: string) => z.number().min(0).max(1).describe(`${meaning}, in [0, 1]`);
export const signedShare = (meaning: string) => z.number().min(-1).max(1).describe(`${meaning}, in [−1, 1]`);
const day = (meaning: string) => z.iso.date().describe(`${meaning}, YYYY-MM-DD`);
export const instant = (meaning: string) => z.iso.datetime().describe(`${meaning}, ISO 8601`);
export const counts = (meaning: string) =>
  z.record(z.string(), z.int().min(0)).describe(`${meaning}: how many, by name`);
export const strings = (meaning: string) => z.array(z.string()).describe(meaning);
export const json = (meaning: string) => z.unknown().describe(meaning);
export const oneOf = <const T extends readonly string[]>(meaning: string, values: T) =>
  z.enum(values).describe(meaning);
export const list = <S extends z.ZodType>(meaning: string, item: S) => z.array(item).describe(meaning);
export const map = <S extends z.ZodType>(meaning: string, value: S) =>
  z.record(z.string(), value).describe(meaning);
export const object = <S extends z.ZodRawShape>(meaning: string, shape: S) =>
  z.object(shape).describe(meaning);
/** A key that may be absent, as its meaning says. */
export const optional = <S extends z.ZodType>(meaning: string, schema: S) =>
  schema.exactOptional().describe(meaning);
export const objectOrNull = <S extends z.ZodRawShape>(meaning: string, shape: S) =>
  orNull(z.object(shape)).describe(meaning);
export const listOrNull = <S extends z.ZodType>(meaning: string, item: S) =>
  orNull(z.array(item)).describe(meaning);
export const rows = <S extends z.ZodRawShape>(meaning: string, shape: S) => list(meaning, z.object(shape));
/** Null as `when` says. */
export const nullable = <S extends z.ZodType>(schema: S, when: string) =>
  schema.nullable().describe(`${schema.description}; null ${when}`);

/** The first items of a list that the result object holds whole. */
export const sampled = <S extends z.ZodType>(meaning: string, item: S) =>
  object(meaning, {
    count: count('Length of the list'),
    sample: list('Its first items, at most 20, cut', item),
  });

const level = share('Confidence level');
const intervalOf = <S extends z.ZodType>(bound: (meaning: string) => S) =>
  object('Confidence interval over runs', { low: bound('Lower bound'), high: bound('Upper bound'), level });
export const interval = intervalOf(share);
export const signedInterval = intervalOf(signedShare);
export const wideInterval = intervalOf(number);
export type Interval = Published<typeof interval>;

export const agentId = text('Agent family, with its layer where that is fitted on its own');
export const kind = z.enum(['llm', 'deterministic']).describe('Whether a model or a program decides');
export const runId = text('YYMMDDHHMM of the window end, UTC');
export const runDate = day('Day that the caller keys by; absent where it gave none').exactOptional();
export const window = {
  window_start: day('First day that was read'),
  window_end: day('Last day that was read'),
};
export const targetModel = text('Model that the captures were put to');
export const newestInput = day('Partition of the newest capture behind it');
const capturedCost = z.object({
  captures: count('Captures whose cost is known, whether or not they can be replayed'),
  usd: usd('What these cost, as charged or by list price'),
  decisions_per_month: number('These captures, by thirty days, since the first of them'),
  cost_per_month_usd: usd('The same of what they cost'),
});
export type CapturedCost = Published<typeof capturedCost>;
export const artifactCounts = z.object({
  listed: count('Artifacts in the window'),
  loaded: count('Artifacts that could be read'),
  deduplicated: count('Older copies of a decision that a later day holds again'),
  newest_capture_date: orNull(day('Partition of the newest artifact; null without one')),
  captured_cost: orNull(capturedCost).describe('What the captured calls cost; null where none tells'),
});

export const warnings = listOrNull('What to look at, a sentence each', z.string());

export const cost = object('What this run paid; answers that were kept cost nothing again', {
  input_tokens: count('Tokens sent'),
  output_tokens: count('Tokens answered'),
  cache_read_input_tokens: count('Tokens read from the service’s cache'),
  cache_creation_input_tokens: count('Tokens written to the service’s cache'),
  usd: nullable(usd('Price of the calls'), 'where that of some call is not known'),
  unpriced_calls: orNull(count('Calls without a known price')),
});
export const cache = object('Answers found, and not found, among those of earlier runs', {
  hits: count('Answers that were kept'),
  misses: count('Calls to be made'),
});

export const keyedError = z.object({ key: text('Key of the object'), error: text('What was wrong') });
export const keyedReason = z.object({ key: text('Key of the object'), reason: text('Why') });
/** A candidate without a score. */
export const replayFailure = z.object({
  artifact_key: text('Key of the capture, relative to the corpus'),
  agent_id_base: agentId,
  kind: z
    .enum(['load', 'call', 'model'])
    .describe('`load`: the artifact; `call`: there was no answer; `model`: the answer is invalid'),
  reason: text('Why, in a word'),
  error: text('Why'),
});
export type ReplayFailure = Published<typeof replayFailure>;
