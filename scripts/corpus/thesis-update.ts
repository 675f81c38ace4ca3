import { clock, type Draft } from './envelope.ts';
import { Doubt, type Provenance, text } from './making.ts';
import { researchCall } from './prompts.ts';
import { Random } from './random.ts';
import { analysts, BANDS, type Band, bandOf, news } from './sector-qual.ts';
import { proseList } from './text.ts';
import { priorThesis, type Team } from './universe.ts';

export const planted =
  "conviction (an int) is >= 70 when the prior's final_score >= 70, else < 40 when analyst_rating_change is among the triggers, else 40-69. One in ten keeps the prior's string conviction: no decision.";

const TRIGGERS = [
  'news_volume_spike',
  'price_move_gt_2atr',
  'analyst_rating_change',
  'analyst_target_revision',
  'recent_earnings',
  'sector_regime_change',
] as const;

export function thesisUpdate(
  making: Provenance,
  run: { readonly team: Team; readonly ticker: string; readonly day: string; readonly runId: string },
  options: { readonly wrong?: boolean } = {},
): Draft {
  const { team, ticker, day, runId } = run;
  const agentId = `thesis_update:${team}:${ticker}`;
  const random = new Random(`${making.seed}/${agentId}/${runId}`);
  const triggers = random.shuffled(TRIGGERS).slice(0, random.int(1, 3));
  const prior = random.chance(0.08) ? null : priorThesis(random, ticker, text(making, random, 70, 500));
  const finalScore = prior === null ? 0 : Number(prior.final_score);
  const truth: Band =
    finalScore >= 70 ? 'high' : triggers.includes('analyst_rating_change') ? 'low' : 'middle';
  const doubt = new Doubt(making, 'thesis_update', `${ticker}/${runId}`, options.wrong);
  const band = doubt.settle(Object.keys(BANDS) as Band[], truth);
  const newsData = random.chance(0.15) ? null : news(making, random, 4);
  const analystData = random.chance(0.15) ? null : analysts(random, ticker);
  const silent = prior !== null && random.chance(0.1);
  const written = {
    bull_case: text(making, random, 70, 700),
    bear_case: text(making, random, 60, 600),
    catalysts: proseList(random, random.int(1, 3), 32),
    risks: proseList(random, random.int(1, 3), 32),
    ...(silent ? {} : { conviction: bandOf(random, band) }),
    conviction_rationale: text(making, random, 40, 240),
    thesis_summary: text(making, random, 70, 500),
    triggers_response: text(making, random, 40, 300),
  };
  return {
    agentId,
    runId,
    day,
    time: clock(10 * 60 + random.int(0, 20), random.int(0, 59)),
    call: researchCall({ family: 'thesis_update', agentId, day, team }),
    snapshot: {
      team_id: team,
      ticker,
      run_date: runId,
      triggers,
      prior_thesis: prior,
      news_data: newsData,
      analyst_data: analystData,
    },
    output: {
      ...(prior ?? { ticker }),
      ...written,
      last_updated: runId,
      triggers,
      stale_days: 0,
      ...(prior === null ? { score_failed: true } : {}),
    },
    summary: `${ticker}: ${triggers.join(', ')}`,
  };
}
