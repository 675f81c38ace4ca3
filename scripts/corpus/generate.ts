import { daysUpTo, isTradingDay, UNTIL } from './calendar.ts';
import { type CorpusObject, type Draft, seal } from './envelope.ts';
import { executorDay, simulated } from './executor-days.ts';
import { LLM_FAMILIES, type LlmFamily, type Provenance } from './making.ts';
import { Random } from './random.ts';
import { researchDay } from './research.ts';
import { specialDrafts, strayObjects } from './specials.ts';
import { thinkTankDay } from './thinktank.ts';

export interface CorpusOptions {
  readonly seed?: string;
  /** Newest day, `YYYY-MM-DD`. */
  readonly endDate?: string;
  readonly days?: number;
  /** Share of model decisions that break their planted rule: for all families, or by family. */
  readonly noise?: number | Partial<Record<LlmFamily, number>>;
  /** Exact number of artifacts at captured sizes, filled up with a parameter sweep's captures. Without it: the
   * compact corpus of one window, with the special artifacts. */
  readonly artifacts?: number;
  /** The last day of the research families' captures; by default that of production. */
  readonly researchUntil?: string;
}

export const END_DATE = '2026-07-11';

/** The corpus that is committed under `fixtures/`. */
export const FIXTURES: CorpusOptions = { seed: 'fixtures', noise: { sector_qual: 0.15 } };

/** Of a small number of artifacts, what may be models' and what the running executor's. */
const LLM_SHARE = 0.6;
const LIVE_SHARE = 0.15;

/** Days over which the sweep's captures are spread, by weight. */
const SWEEP_DAYS = [0.55, 0.3, 0.15] as const;

/** Makes a corpus object by object, the newest day first; the same options give the same bytes. */
export function* generateCorpus(options: CorpusOptions = {}): Generator<CorpusObject> {
  const end = options.endDate ?? END_DATE;
  const days = daysUpTo(end, options.days ?? 56);
  const making = provenance(options);
  const finish = (draft: Draft) =>
    seal(draft, new Random(`${making.seed}/envelope/${draft.day}/${draft.agentId}/${draft.runId}`));
  if (options.artifacts === undefined) {
    for (const day of days) for (const draft of dayDrafts(making, day)) yield finish(draft);
    const special = specialDrafts(making, end).filter((draft) => days.includes(draft.day));
    for (const draft of special) yield finish(draft);
    yield* strayObjects(end);
    return;
  }
  let made = 0;
  for (const draft of budgeted(making, days, options.artifacts)) {
    yield finish(draft);
    made += 1;
  }
  for (const draft of sweep(making, days, options.artifacts - made)) yield finish(draft);
}

function provenance(options: CorpusOptions): Provenance {
  const noise = options.noise ?? 0;
  const of = (family: LlmFamily) => (typeof noise === 'number' ? noise : (noise[family] ?? 0));
  return {
    seed: options.seed ?? '1',
    noise: Object.fromEntries(LLM_FAMILIES.map((family) => [family, of(family)])) as Provenance['noise'],
    fullSize: options.artifacts !== undefined,
    researchUntil: options.researchUntil ?? UNTIL.research,
  };
}

function dayDrafts(making: Provenance, day: string): Draft[] {
  return [...researchDay(making, day), ...thinkTankDay(making, day), ...executorDay(making, day)];
}

/** The window's ordinary captures, newest first, as far as the number of artifacts has room for them. */
function* budgeted(making: Provenance, days: readonly string[], artifacts: number): Generator<Draft> {
  let models = Math.floor(artifacts * LLM_SHARE);
  let live = Math.floor(artifacts * LIVE_SHARE);
  for (const day of days) {
    for (const draft of dayDrafts(making, day)) {
      if (draft.call === null ? live-- > 0 : models-- > 0) yield draft;
    }
    if (models <= 0 && live <= 0) return;
  }
}

/** A parameter sweep: its captures stand in the first trading days of the window, dated long before. */
function* sweep(making: Provenance, days: readonly string[], count: number): Generator<Draft> {
  const oldestFirst = [...days].reverse();
  const trading = oldestFirst.slice(1).filter(isTradingDay);
  const partitions = (trading.length > 0 ? trading : oldestFirst).slice(0, SWEEP_DAYS.length);
  let edge = 0;
  let index = 0;
  partitions.forEach((_, i) => {
    edge += SWEEP_DAYS[i] ?? 0;
  });
  let upTo = 0;
  for (const [i, day] of partitions.entries()) {
    upTo += (SWEEP_DAYS[i] ?? 0) / edge;
    const last = i === partitions.length - 1 ? count : Math.round(count * upTo);
    for (; index < last; index++) yield simulated(making, index, day);
  }
}
