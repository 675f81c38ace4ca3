import { daysUpTo, isTradingDay } from '../scripts/corpus/calendar.ts';
import { type CorpusObject, type Draft, type Fields, seal } from '../scripts/corpus/envelope.ts';
import { simulated } from '../scripts/corpus/executor-days.ts';
import { END_DATE } from '../scripts/corpus/generate.ts';
import { LLM_FAMILIES, type Provenance } from '../scripts/corpus/making.ts';
import { Random } from '../scripts/corpus/random.ts';
import { researchDay } from '../scripts/corpus/research.ts';
import { prose } from '../scripts/corpus/text.ts';
import { thinkTankDay } from '../scripts/corpus/thinktank.ts';
import { ALL_TICKERS, SECTORS } from '../scripts/corpus/universe.ts';

/** Bytes of an artifact. */
const SMALL = [3_000, 6_000] as const;
const MEDIUM = [20_000, 50_000] as const;
const LARGE = [300_000, 400_000] as const;
/** Of each so many artifacts one is large, three are medium: 2 %, 6 % and 92 %, in every stretch of the corpus. */
const ROUND = 50;
/** More than any record that an artifact is filled up with. */
const RECORD = 600;
const WINDOW_DAYS = 56;
const SWEEP_DAYS = 3;

/** The mix of sizes of reference/performance.md, about 12 KB in the mean: the generator's captures, filled up inside
 * their snapshot with records like those that fill real ones. The first N of them are the mix as well. */
export function* mixedCorpus(artifacts: number): Generator<CorpusObject> {
  const making = provenance('mix');
  const modelled = modelDrafts();
  const sweepDays = daysUpTo(END_DATE, WINDOW_DAYS).reverse().filter(isTradingDay).slice(0, SWEEP_DAYS);
  for (let index = 0; index < artifacts; index++) {
    const random = new Random(`mix/${index}`);
    const sizes = sizesOf(index % ROUND);
    const draft =
      sizes === SMALL
        ? simulated(making, index, sweepDays[index % SWEEP_DAYS] as string, { trace: random.int(200, 1_400) })
        : (modelled.next().value as Draft);
    yield filled(draft, sizes, random);
  }
}

function sizesOf(place: number): readonly [number, number] {
  if (place === 0) return LARGE;
  return place % 16 === 8 ? MEDIUM : SMALL;
}

/** Captures of models alone, as large as they come: about three in ten are replayed. */
export function* modelCorpus(artifacts: number): Generator<CorpusObject> {
  const drafts = modelDrafts();
  for (let made = 0; made < artifacts; made++) {
    const draft = drafts.next().value;
    yield seal(draft, new Random(draft.runId));
  }
}

/** Captures of all the models' families, without end. */
function* modelDrafts(): Generator<Draft, never> {
  for (let round = 0; ; round++) {
    const making = provenance(`mix/${round}`);
    for (const day of daysUpTo(END_DATE, WINDOW_DAYS)) {
      for (const draft of [...researchDay(making, day), ...thinkTankDay(making, day)]) {
        yield { ...draft, runId: round === 0 ? draft.runId : `${draft.runId}-${round}` };
      }
    }
  }
}

function provenance(seed: string): Provenance {
  const noise = Object.fromEntries(LLM_FAMILIES.map((family) => [family, 0])) as Provenance['noise'];
  return { seed, noise, fullSize: false, researchUntil: END_DATE };
}

/** A capture with records added until it has a size between the two, more often near the lower. */
function filled(draft: Draft, [least, most]: readonly [number, number], random: Random): CorpusObject {
  const wanted = least + (most - RECORD - least) * random.unit() ** 2;
  const sealed = (records: readonly Fields[]) =>
    seal({ ...draft, snapshot: { ...draft.snapshot, market_context: records } }, new Random(draft.runId));
  const records: Fields[] = [];
  let bytes = sealed(records).body.length;
  while (bytes < wanted) {
    const record = recordOf(random);
    records.push(record);
    bytes += JSON.stringify(record).length + 1;
  }
  return sealed(records);
}

/** About 400 bytes, as the scanner's candidates are: more numbers than text. */
function recordOf(random: Random): Fields {
  return {
    ticker: random.pick(ALL_TICKERS),
    sector: random.pick(SECTORS),
    as_of: `2026-07-${String(random.int(1, 11)).padStart(2, '0')}`,
    technical: {
      price: random.real(5, 900, 2),
      rsi_14: random.real(10, 90, 1),
      macd: random.real(-4, 4, 3),
      above_sma_200: random.chance(0.6),
      momentum_20d: random.real(-0.3, 0.3, 4),
      relative_volume: random.real(0.2, 4, 2),
    },
    scores: {
      quant: random.int(0, 100),
      conviction: random.chance(0.1) ? null : random.real(0, 1, 3),
      history: Array.from({ length: 4 }, () => random.real(0, 100, 1)),
    },
    headline: prose(random, 90),
  };
}
