import { SINCE } from './calendar.ts';
import { clock, type Draft, type Fields } from './envelope.ts';
import { Doubt, type Provenance, text } from './making.ts';
import { researchCall } from './prompts.ts';
import { Random } from './random.ts';
import type { Assessment, QualRun } from './sector-qual.ts';
import type { QuantRun } from './sector-quant.ts';
import type { Team } from './universe.ts';

export const planted =
  'A candidate is recommended when its combined score, (quant_score + qual_score) / 2, is among the three highest of its slate (an accepted addition has qual_score only). Slates of three or fewer advance whole, without a model call.';

export interface Recommendation extends Fields {
  readonly ticker: string;
  readonly quant_score: number | null;
  readonly qual_score: number | null;
  readonly conviction: number | null;
  readonly catalysts: readonly string[];
}

export interface PeerRun {
  readonly draft: Draft;
  readonly recommendations: readonly Recommendation[];
}

export interface PeerInput {
  readonly team: Team;
  readonly day: string;
  readonly runId: string;
  readonly regime: string;
  readonly quant: QuantRun;
  readonly qual: QualRun;
  /** The paths that replace the model's selection by a fixed text. */
  readonly path?: 'gate' | 'fallback';
}

interface Candidate {
  readonly ticker: string;
  readonly combined: number;
  readonly recommendation: Recommendation;
}

export function peerRun(making: Provenance, run: PeerInput): PeerRun {
  const { team, day, runId, quant, qual } = run;
  const agentId = `sector_peer_review:${team}`;
  const random = new Random(`${making.seed}/${agentId}/${runId}`);
  const accepted = qual.addition !== null && (quant.top.length <= 3 || random.chance(0.5));
  const slate = candidates(making, random, run, accepted);
  const whole = slate.length <= 3;
  const seats = new Set([...slate].sort((a, b) => b.combined - a.combined).slice(0, 3));
  const doubt = new Doubt(making, 'sector_peer_review', `${team}/${runId}`);
  if (!whole && doubt.strikes()) {
    const waiting = slate.filter((one) => !seats.has(one));
    seats.delete(doubt.random.pick([...seats]));
    seats.add(doubt.random.pick(waiting));
  }
  const limit = run.path === 'gate' ? 1 : 3;
  const recommendations = slate
    .filter((one) => whole || seats.has(one))
    .slice(0, limit)
    .map((one) => one.recommendation);
  const rationale = whole
    ? 'All candidates advanced (3 or fewer).'
    : run.path === 'gate'
      ? 'Regime gate filtered the selection to the strongest name.'
      : run.path === 'fallback'
        ? 'Fallback: selected by combined score.'
        : text(making, random, 120, 900);
  const draft: Draft = {
    agentId,
    runId,
    day,
    time: clock(9 * 60 + random.int(30, 39), random.int(0, 59)),
    call: researchCall({ family: 'sector_peer_review', agentId, day, team }),
    snapshot: {
      team_id: team,
      run_date: runId,
      market_regime: run.regime,
      quant_top5: quant.top,
      qual_assessments: qual.assessments,
      qual_additional_candidate: qual.addition,
      technical_scores_review_set: Object.fromEntries(
        quant.top.map((pick) => [pick.ticker, quant.technical[pick.ticker] ?? {}]),
      ),
    },
    output: {
      team_id: team,
      recommendations,
      additional_accepted: accepted,
      peer_review_rationale: rationale,
    },
    summary: `${team} peer review, ${slate.length} candidates`,
  };
  return { draft, recommendations };
}

function candidates(making: Provenance, random: Random, run: PeerInput, accepted: boolean): Candidate[] {
  const byTicker = new Map(run.qual.assessments.map((one) => [one.ticker, one]));
  const slate = run.quant.top.map((pick) => {
    const one = byTicker.get(pick.ticker);
    const qual = one?.qual_score ?? null;
    return {
      ticker: pick.ticker,
      combined: qual ? (pick.quant_score + qual) / 2 : pick.quant_score,
      recommendation: recommend(making, random, pick.ticker, pick.quant_score, one),
    };
  });
  const addition = run.qual.addition;
  if (!accepted || addition === null) return slate;
  const quantScore = run.day >= SINCE.nullableQuantScore ? null : random.int(50, 74);
  // A name without a quant score is given no second catalyst: what the committee does with it then stays plain.
  const known = quantScore === null ? { ...addition, catalysts: addition.catalysts.slice(0, 1) } : addition;
  const recommendation: Recommendation = {
    ...recommend(making, random, addition.ticker, quantScore, known),
    is_qual_addition: true,
  };
  return [...slate, { ticker: addition.ticker, combined: addition.qual_score ?? 0, recommendation }];
}

function recommend(
  making: Provenance,
  random: Random,
  ticker: string,
  quantScore: number | null,
  one: Assessment | undefined,
): Recommendation {
  return {
    ticker,
    quant_score: quantScore,
    quant_rationale: text(making, random, 50, 240),
    qual_score: one?.qual_score ?? null,
    bull_case: one?.bull_case ?? '',
    bear_case: one?.bear_case ?? '',
    catalysts: one?.catalysts ?? [],
    conviction: one?.conviction ?? null,
    resources_used: [],
    peer_review_rationale: text(making, random, 50, 200),
  };
}
