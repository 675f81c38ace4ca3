import { addDays, SINCE } from './calendar.ts';
import type { CorpusObject } from './envelope.ts';
import { generateCorpus } from './generate.ts';
import { LLM_FAMILIES, type LlmFamily } from './making.ts';
import { Random } from './random.ts';

/** Shares of decisions that break the rule, or of runs that do. */
const LEVELS = [0, 0, 0.02, 0.05, 0.08, 0.12, 0.2, 0.35, 2 / 3] as const;
/** With three labels this is as good as none. */
const NO_RULE = 2 / 3;
const SHAPES = ['even', 'even', 'whole runs', 'newest fifth'] as const;

export interface NoisyCorpus {
  readonly objects: readonly CorpusObject[];
  /** Last day, `YYYY-MM-DD`, and number of days. */
  readonly end: string;
  readonly days: number;
}

/** The newest 30 to 60 runs of three families. Each has noise of its own: a level in all runs, whole runs without a rule,
 * or a newest fifth without one. */
export function noisyCorpus(seed: string): NoisyCorpus {
  const random = new Random(seed);
  const runs = random.int(30, 60);
  const teams = random.int(1, 2);
  const families = random.shuffled([...LLM_FAMILIES, 'executor']).slice(0, 3);
  const end = addDays(SINCE.research, 7 * runs + 7);
  const days = 7 * runs + 14;
  const levels = Object.fromEntries(LLM_FAMILIES.map((family) => [family, random.pick(LEVELS)]));
  const made = (noise: number | Partial<Record<LlmFamily, number>>) => {
    const objects = [...generateCorpus({ seed, endDate: end, researchUntil: end, days, noise })];
    return new Map(objects.filter(({ key }) => DAY.test(key)).map((object) => [object.key, object]));
  };
  const [calm, even, wild] = [made(0), made(levels), made(NO_RULE)];
  const keysOf = Map.groupBy(calm.keys(), familyOf);
  const objects = families.flatMap((family) => {
    const keys = keysOf.get(family) ?? [];
    const newest = [...new Set(keys.map(runOf))].sort().slice(-runs);
    const shape = random.pick(SHAPES);
    const noise = levels[family as LlmFamily] ?? 0;
    const broken = newest.filter((_, place) =>
      shape === 'newest fifth' ? place >= 0.8 * runs : shape === 'whole runs' && random.chance(noise),
    );
    // The exact search takes long of many rows.
    const some = /^sector_qu/.test(family)
      ? new Set([...new Set(keys.map(teamOf))].slice(0, teams))
      : undefined;
    return keys
      .filter((key) => newest.includes(runOf(key)) && (!some || some.has(teamOf(key))))
      .flatMap((key) => {
        const from = broken.includes(runOf(key)) ? wild : shape === 'even' ? even : calm;
        return from.get(key) ?? [];
      });
  });
  return { objects, end, days };
}

const DAY = /^decision_artifacts\/\d{4}\/\d{2}\/\d{2}\//;

function familyOf(key: string): string {
  return (key.split('/')[4] as string).split(':')[0] as string;
}

function teamOf(key: string): string {
  return (key.split('/')[4] as string).split(':')[1] ?? '';
}

/** A research run is captured on two days when it is redriven; all others are of their day. */
function runOf(key: string): string {
  const [, year, month, day, , file] = key.split('/');
  return /^(thinktank|executor)/.test(familyOf(key)) ? `${year}-${month}-${day}` : (file as string);
}
