import { SINCE } from './calendar.ts';
import { clock, type Draft, type Fields } from './envelope.ts';
import type { MacroView } from './macro-economist.ts';
import { Doubt, type Provenance, text } from './making.ts';
import { researchCall } from './prompts.ts';
import { Random } from './random.ts';
import type { Recommendation } from './sector-peer-review.ts';
import { proseList } from './text.ts';
import { heldNames, SECTOR_OF, TEAMS, type Team } from './universe.ts';

export const planted =
  'The model answers ADVANCE when combined, (quant_score + qual_score) / 2, is >= 72 and there are at least 2 catalysts. Then the pipeline cuts at the cap of 10 (the text stays ADVANCE) and fills up to the floor of 2 with ADVANCE_FORCED.';

const CAP = 10;
const FLOOR = 2;
const TAGS = ['rr_asymmetry', 'macro_alignment', 'portfolio_fit', 'catalyst_specificity', 'dual_score_floor'];

interface Candidate extends Recommendation {
  readonly team_id: Team;
}

export interface CioInput {
  readonly day: string;
  readonly runId: string;
  readonly macro: MacroView;
  readonly candidates: readonly Candidate[];
}

interface Decision extends Fields {
  readonly ticker: string;
  decision: string;
  conviction: number | null;
}

export function cioRun(
  making: Provenance,
  run: CioInput,
  options: { readonly wrong?: boolean; readonly fallback?: boolean } = {},
): Draft {
  const { day, runId, macro } = run;
  const random = new Random(`${making.seed}/ic_cio/${runId}`);
  const population = TEAMS.flatMap((team) =>
    heldNames(making.seed, team).map((ticker) => ({
      ticker,
      sector: SECTOR_OF[team],
      score: random.real(50, 90, 1),
    })),
  );
  const snapshot = {
    run_date: runId,
    candidates_count: run.candidates.length,
    candidates: run.candidates,
    macro_context: { market_regime: macro.regime, macro_report: macro.report },
    sector_ratings: macro.ratings,
    remaining_population_count: population.length,
    remaining_population: population,
    open_slots: random.int(0, 6),
    exits: random.chance(0.4) ? [{ ticker: 'INTC', reason: 'score below floor' }] : [],
    prior_ic_count: 3,
    prior_ic_decisions: random
      .shuffled(run.candidates)
      .slice(0, 3)
      .map((one) => ({
        ticker: one.ticker,
        thesis_type: random.pick(['ADVANCE', 'REJECT']),
        rationale: text(making, random, 40, 300),
        conviction: one.conviction,
        score: one.quant_score,
      })),
  };
  const call = researchCall({
    family: 'ic_cio',
    agentId: 'ic_cio',
    day,
    rendered: () => rendered(runId, run, population),
  });
  const draft = {
    agentId: 'ic_cio',
    runId,
    day,
    time: clock(9 * 60 + random.int(45, 55), random.int(0, 59)),
    call,
    snapshot,
    summary: `${run.candidates.length} candidates`,
  };
  if (options.fallback) return { ...draft, output: fallbackOutput(run.candidates) };
  const decisions = decide(making, random, run, new Doubt(making, 'ic_cio', runId, options.wrong));
  return {
    ...draft,
    output: settle(making, random, run, decisions, new Set(population.map((one) => one.ticker))),
  };
}

/** Quant alone when there is no qual score; nothing at all when there is no quant score. */
function combined(one: Candidate): number {
  if (one.quant_score === null) return 0;
  return one.qual_score ? (one.quant_score + one.qual_score) / 2 : one.quant_score;
}

function decide(making: Provenance, random: Random, run: CioInput, doubt: Doubt): Decision[] {
  const ordered = [...run.candidates].sort((a, b) => combined(b) - combined(a));
  const decisions = ordered.map((one) => {
    const truth = combined(one) >= 72 && one.catalysts.length >= 2;
    const advance = doubt.strikes() ? !truth : truth;
    const torn = Math.abs((one.quant_score ?? 0) - (one.qual_score ?? 0)) > 22;
    return {
      ticker: one.ticker,
      decision: advance ? 'ADVANCE' : torn ? 'NO_ADVANCE_DEADLOCK' : 'REJECT',
      rank: null,
      conviction: advance ? random.int(62, 93) : random.int(20, 70),
      rationale: text(making, random, 70, 420),
      rule_tags: random.chance(0.1) ? null : random.shuffled(TAGS).slice(0, 2),
      entry_thesis: advance ? entryThesis(making, random) : null,
      ...stamps(run.day, one),
    };
  });
  const first = decisions.filter((one) => one.decision === 'ADVANCE');
  const listed = [...first, ...decisions.filter((one) => one.decision !== 'ADVANCE')];
  return listed.map((one, i) => ({ ...one, rank: i < first.length ? i + 1 : null }));
}

/** Cap, then floor, as the pipeline applies them to the model's answer. */
function settle(
  making: Provenance,
  random: Random,
  run: CioInput,
  decisions: Decision[],
  held: ReadonlySet<string>,
): Fields {
  const advanced = decisions.filter((one) => one.decision === 'ADVANCE').slice(0, CAP);
  const byTicker = new Map(run.candidates.map((one) => [one.ticker, one]));
  const netNew = (one: Decision) =>
    !held.has(one.ticker) && (byTicker.get(one.ticker)?.conviction ?? 0) >= 60;
  const strength = (one: Decision) => {
    const candidate = byTicker.get(one.ticker);
    return candidate ? combined(candidate) : 0;
  };
  const waiting = decisions
    .filter((one) => one.decision !== 'ADVANCE' && (run.day < SINCE.stampedDecisions || netNew(one)))
    .sort((a, b) => strength(b) - strength(a));
  for (const one of waiting.slice(0, Math.max(0, FLOOR - advanced.length))) {
    one.decision = 'ADVANCE_FORCED';
    one.entry_thesis = entryThesis(making, random);
    advanced.push(one);
  }
  return {
    ic_decisions: decisions,
    advanced_tickers: advanced.map((one) => one.ticker),
    entry_theses: Object.fromEntries(advanced.map((one) => [one.ticker, one.entry_thesis])),
  };
}

function stamps(day: string, one: Candidate): Fields {
  if (day < SINCE.stampedDecisions) return {};
  return { sector: SECTOR_OF[one.team_id], quant_score: one.quant_score, qual_score: one.qual_score };
}

function entryThesis(making: Provenance, random: Random): Fields {
  return {
    bull_case: text(making, random, 50, 260),
    bear_case: text(making, random, 40, 220),
    catalysts: proseList(random, 1, 30),
    risks: proseList(random, 1, 30),
    conviction: random.int(55, 90),
    conviction_rationale: text(making, random, 30, 120),
    thesis_summary: text(making, random, 50, 160),
    triggers_response: '',
  };
}

function fallbackOutput(candidates: readonly Candidate[]): Fields {
  const first = [...candidates].sort((a, b) => combined(b) - combined(a)).slice(0, 4);
  return {
    ic_decisions: candidates.map((one) => ({
      ticker: one.ticker,
      decision: first.includes(one) ? 'ADVANCE' : 'REJECT',
      rank: first.includes(one) ? first.indexOf(one) + 1 : null,
      conviction: null,
      rationale: 'Fallback (LLM unusable): ranked by combined score.',
      rule_tags: null,
      entry_thesis: null,
    })),
    advanced_tickers: first.map((one) => one.ticker),
    entry_theses: {},
  };
}

function rendered(runId: string, run: CioInput, population: readonly Fields[]): string {
  const lines = run.candidates.map(
    (one) =>
      `- ${one.ticker} (${one.team_id}): quant ${one.quant_score ?? 'n/a'}, qual ${one.qual_score ?? 'n/a'}, conviction ${one.conviction ?? 'n/a'}, catalysts ${JSON.stringify(one.catalysts)}`,
  );
  return [
    `Investment committee, ${runId}, regime ${run.macro.regime}. Slots: ${CAP}.`,
    `Candidates:\n${lines.join('\n')}`,
    `Sector ratings:\n${JSON.stringify(run.macro.ratings)}`,
    `Population:\n${population.map((one) => one.ticker).join(', ')}`,
    'Answer each candidate with ADVANCE, REJECT or NO_ADVANCE_DEADLOCK as JSON under "decisions".',
  ].join('\n\n');
}
