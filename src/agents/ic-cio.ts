import { z } from 'zod';
import {
  arrayAt,
  at,
  isObject,
  type JsonObject,
  numberAt,
  objectsAt,
  stringAt,
  stringsAt,
} from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { agreementOf, formOf, jaccard, replayOf, shareOf } from './agreement.ts';
import { list, numberOf, text, wholeScore } from './answer.ts';
import type { AgentFamily, Artifact, Extraction, Row } from './family.ts';
import {
  byTicker,
  categorical,
  type Input,
  numeric,
  readRow,
  regimeInput,
  rowsOrDrop,
  stocksAt,
  subjectOf,
  TEAMS,
} from './features.ts';
import { firstTruthy, isTruthy, safeFloat } from './original.ts';
import { type Standing, standingInputs, standings } from './slate.ts';
import { THESIS } from './thesis-update.ts';

/** One stock of the slate, with what the committee knew of the book beside it. */
interface SlateStock {
  readonly ticker: string;
  readonly stock: JsonObject;
  readonly standing: Standing;
  readonly snapshot: JsonObject;
  readonly slateSize: number;
  readonly held: ReadonlySet<string> | undefined;
  readonly advancedBefore: ReadonlySet<string> | undefined;
}

const INPUTS: readonly Input<SlateStock>[] = [
  ...standingInputs<SlateStock>(),
  numeric('min_quant_qual', ({ stock }) =>
    Math.min(numberAt(stock, 'quant_score'), numberAt(stock, 'qual_score')),
  ),
  numeric('n_catalysts', ({ stock }) => arrayAt(stock, 'catalysts')?.length),
  // The key is written for additions only: its absence says no.
  numeric('is_qual_addition', ({ stock }) => at(stock, 'is_qual_addition') === true),
  categorical('team', TEAMS, ({ stock }) => at(stock, 'team_id')),
  numeric('is_held', ({ held, ticker }) => held?.has(ticker)),
  numeric('prior_advance', ({ advancedBefore, ticker }) => advancedBefore?.has(ticker)),
  numeric('n_candidates', ({ slateSize }) => slateSize),
  numeric('open_slots', ({ snapshot }) => numberAt(snapshot, 'open_slots')),
  regimeInput(({ snapshot }) => at(snapshot, 'macro_context', 'market_regime')),
];

const SUBJECT = subjectOf('ic_cio', INPUTS, ['decision', 'in_advanced_tickers'], ['prior_advance']);

/** The verdicts that occur. A forced advance replaced the model's rejection after the call. */
const VERDICTS = new Set(['ADVANCE', 'REJECT', 'NO_ADVANCE_DEADLOCK', 'ADVANCE_FORCED']);

interface Committee {
  readonly slate: ReadonlyMap<string, JsonObject>;
  /** By ticker as `spelled`. */
  readonly advanced: ReadonlyMap<string, boolean>;
}

/** The stocks of the slate and what a model decided on them, if on any. */
function committeeIn({ snapshot, output }: Artifact): Committee | { readonly drop: string } {
  const slate = stocksAt(snapshot, 'candidates');
  const decisions = objectsAt(output, 'ic_decisions');
  if (slate.size === 0) return { drop: 'no_candidates' };
  if (decisions.length > 0 && decisions.every(isFallback)) return { drop: 'fallback' };
  const advanced = advanceByTicker(decisions);
  const isDecided = [...slate.keys()].some((ticker) => advanced.has(spelled(ticker)));
  return isDecided ? { slate, advanced } : { drop: 'no_decision' };
}

function extract(artifact: Artifact): Extraction {
  const committee = committeeIn(artifact);
  if ('drop' in committee) return committee;
  const { snapshot, output } = artifact;
  const { slate, advanced } = committee;
  const listed = stringsAt(output, 'advanced_tickers');
  const afterCap = listed && new Set(listed);
  const held = tickersAt(snapshot, 'remaining_population');
  const advancedBefore = tickersAt(snapshot, 'prior_ic_decisions', wasAdvanced);
  const ranked = standings([...slate.values()].map((stock) => (score) => numberAt(stock, score)));
  const rows: Row[] = [...slate].flatMap(([ticker, stock], index) => {
    const advance = advanced.get(spelled(ticker));
    const standing = ranked[index];
    if (advance === undefined || !standing) return [];
    const context = { ticker, stock, standing, snapshot, slateSize: slate.size, held, advancedBefore };
    const inAdvanced = afterCap ? (afterCap.has(ticker) ? 'yes' : 'no') : null;
    return [{ features: readRow(INPUTS, context), labels: [advance ? 'ADVANCE' : 'REJECT', inAdvanced] }];
  });
  return rowsOrDrop(SUBJECT, rows, 'no_decision', {
    no_decision: slate.size - rows.length,
    unknown_ticker: advanced.size - rows.length,
  });
}

/** A run in which no model took a decision: the fallback selection, or no room for any stock. */
function isFallback(decision: JsonObject): boolean {
  return /^(?:Fallback|cap=0)/.test(stringAt(decision, 'rationale') ?? '');
}

/** A ticker or a verdict as production compares them. */
function spelled(name: string): string {
  return name.trim().toUpperCase();
}

/** Whether each decided ticker was advanced; of several decisions on one the most conservative holds. */
function advanceByTicker(decisions: readonly JsonObject[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const decision of decisions) {
    const ticker = spelled(stringAt(decision, 'ticker') ?? '');
    const verdict = spelled(stringAt(decision, 'decision') ?? '');
    if (!ticker || !VERDICTS.has(verdict)) continue;
    found.set(ticker, verdict === 'ADVANCE' && found.get(ticker) !== false);
  }
  return found;
}

/** The tickers of those objects in a list that `keep` accepts, or undefined when it is no list. */
function tickersAt(
  snapshot: JsonObject,
  key: string,
  keep: (object: JsonObject) => boolean = () => true,
): Set<string> | undefined {
  return arrayAt(snapshot, key) && new Set(byTicker(objectsAt(snapshot, key).filter(keep)).keys());
}

function wasAdvanced(prior: JsonObject): boolean {
  return /(?<!NO_)ADVANCE/i.test(stringAt(prior, 'thesis_type') ?? '');
}

const RULE_TAGS = words(`
  qual_veto quant_veto dual_score_floor rr_asymmetry macro_alignment portfolio_fit catalyst_specificity
  prior_continuity other
`);

const DECISION = z.looseObject({
  ticker: z.string(),
  decision: z.preprocess(
    (value) => (typeof value === 'string' ? spelled(value) : value),
    z.enum(['ADVANCE', 'REJECT', 'NO_ADVANCE_DEADLOCK']),
  ),
  rank: numberOf(z.int().min(0)).nullable().prefault(null),
  conviction: wholeScore.nullable().prefault(null),
  rationale: text,
  rule_tags: list(z.array(z.enum(RULE_TAGS)))
    .nullable()
    .prefault(null),
  entry_thesis: THESIS.nullable().prefault(null),
});

const ANSWER = z.looseObject({
  decisions: list(z.array(DECISION).min(1)).describe('One for each candidate.'),
});

/** Whether each stock that was decided on was advanced, in the order of the slate. */
function verdictsOn(tickers: readonly string[], advanced: Committee['advanced']): [string, boolean][] {
  return tickers.flatMap((ticker) => {
    const advance = advanced.get(ticker);
    return advance === undefined ? [] : [[ticker, advance] as [string, boolean]];
  });
}

const replay = replayOf({
  toolLoop: false,
  answer: ANSWER,
  form: formOf(z.array(z.tuple([z.string(), z.boolean()])), z.array(z.string())),
  original(artifact) {
    const committee = committeeIn(artifact);
    if ('drop' in committee) return { skip: committee.drop };
    const tickers = [...new Set([...committee.slate.keys()].map(spelled))];
    return { decision: verdictsOn(tickers, committee.advanced), context: tickers };
  },
  decision: ({ decisions }, tickers) => verdictsOn(tickers, advanceByTicker(decisions)),
  agreement(original, replayed) {
    const answered = new Map(replayed);
    const wanted = original.filter(([, advanced]) => advanced).map(([ticker]) => ticker);
    const wantedNow = original.map(([ticker]) => ticker).filter((ticker) => answered.get(ticker));
    const equal = shareOf(original.map(([ticker, advanced]) => answered.get(ticker) === advanced));
    return agreementOf([[1, equal]], { advance_jaccard: jaccard(wanted, wantedNow) });
  },
});

/** The original's features in its order, each with what it put in place of a missing value. Two of them
 * were never captured and so are constant. */
const ORIGINAL_DEFAULTS = {
  composite_score: 0,
  conviction: 0,
  qual_score: 0,
  quant_score: 0,
  sector_modifier: 1,
} as const;

const ORIGINAL_INPUTS: readonly Input<JsonObject | undefined>[] = Object.entries(ORIGINAL_DEFAULTS).map(
  ([name, fallback]) => numeric(name, (stock) => safeFloat(at(stock, name), fallback)),
);

const ORIGINAL_SUBJECT = subjectOf('ic_cio', ORIGINAL_INPUTS, ['decision']);

/** Only the two literals are rows, and one whose stock is not on the slate is a row of defaults, as it was. */
function extractOriginal({ snapshot, output }: Artifact): Extraction {
  const decisions = firstTruthy(at(output, 'ic_decisions'), at(output, 'decisions'));
  const candidates = firstTruthy(at(snapshot, 'candidates'), at(snapshot, 'entrant_candidates')) ?? [];
  if (!Array.isArray(decisions) || !Array.isArray(candidates)) return { subject: ORIGINAL_SUBJECT, rows: [] };

  const slate = new Map<unknown, JsonObject>();
  for (const stock of candidates.filter(isObject)) {
    const ticker = at(stock, 'ticker');
    if (isTruthy(ticker) && isHashable(ticker)) slate.set(dictKey(ticker), stock);
  }
  const rows = decisions.filter(isObject).flatMap((decision): Row[] => {
    const ticker = at(decision, 'ticker') ?? null;
    const verdict = at(decision, 'decision');
    if (ticker === null || !isHashable(ticker) || (verdict !== 'ADVANCE' && verdict !== 'REJECT')) return [];
    return [{ features: readRow(ORIGINAL_INPUTS, slate.get(dictKey(ticker))), labels: [verdict] }];
  });
  return { subject: ORIGINAL_SUBJECT, rows };
}

/** A list or an object as a ticker made the original fail; here it is no ticker. */
function isHashable(value: unknown): boolean {
  return typeof value !== 'object';
}

/** Python's dictionaries hold True and 1 for the same key. */
function dictKey(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

export const icCio: AgentFamily = {
  id: 'ic_cio',
  kind: 'llm',
  decision:
    'Whether the investment committee, in one call over all candidates of the week, wants a candidate advanced. ' +
    'A forced or deadlocked candidate counts as not advanced, for the model rejected it; one that the cap cut ' +
    'off afterwards counts as advanced, and the companion says what became of it. The texts of the bull and ' +
    'bear cases, the macro report and the scorecard of the previous cycle weigh in and are no numbers here.',
  captured: { subjects: [SUBJECT], extract },
  replay,
  original: { subjects: [ORIGINAL_SUBJECT], extract: extractOriginal },
};
