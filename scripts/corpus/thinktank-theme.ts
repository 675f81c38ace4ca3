import { clock, type Draft, type Fields } from './envelope.ts';
import { Doubt, type Provenance, text } from './making.ts';
import { thinkTankCall } from './prompts.ts';
import { Random } from './random.ts';
import { proseList } from './text.ts';

export const planted =
  'stance is positive in a bull market_regime, negative in a bear one; in a neutral one it is negative when the prior stance was negative, else neutral. It is free text: each side has several wordings.';

export const WORDINGS = {
  positive: ['positive', 'Positive', 'bullish', 'constructive', 'overweight', 'risk-on'],
  neutral: ['neutral', 'Neutral', 'balanced', 'mixed', 'market-weight'],
  negative: ['negative', 'Negative', 'bearish', 'cautious', 'underweight', 'risk-off'],
} as const;

const SIDES = ['positive', 'neutral', 'negative'] as const;
type Side = (typeof SIDES)[number];

const SYSTEM =
  'You keep the working view of one market theme. Answer with JSON: narrative, stance, drivers, watch_items, material_change, change_summary.';

export interface ThemeInput {
  readonly base: string;
  readonly kind: 'macro' | 'sector';
  /** `macro`, or the sector's name. */
  readonly key: string;
  readonly version: number;
  readonly day: string;
  readonly reason: 'seed' | 'event' | 'reconcile';
  readonly regime: string;
  /** Date of the weekly analysis the theme was last reconciled to. */
  readonly anchor: string | null;
}

export function thinkTankTheme(making: Provenance, run: ThemeInput): Draft {
  const slug = run.key.toLowerCase().replaceAll(' ', '-');
  const runId = `${run.base}-${run.kind}-${slug}-v${run.version}`;
  const random = new Random(`${making.seed}/thinktank_theme/${runId}`);
  const before = run.version === 1 ? null : random.pick(SIDES);
  const truth = sideOf(run.regime, before);
  const side = new Doubt(making, 'thinktank_theme', runId).settle(SIDES, truth);
  const changed = run.reason === 'event' || random.chance(0.4);
  const prior = before && theme(making, random, before, false);
  const snapshot = {
    kind: run.kind,
    key: run.key,
    update_reason: run.reason,
    market_regime: run.regime,
    weekly_anchor_date: run.anchor,
    prior_theme: prior,
  };
  const decided = theme(making, random, side, changed);
  return {
    agentId: 'thinktank_theme',
    runId,
    day: run.day,
    time: clock(20 * 60 + random.int(0, 50), random.int(0, 59)),
    call: thinkTankCall(SYSTEM, rendered(making, random, run, prior)),
    snapshot,
    output: {
      schema_version: 1,
      kind: run.kind,
      key: run.key,
      version: run.version,
      trading_day: run.day,
      calendar_date: run.day,
      update_reason: run.reason,
      theme: decided,
      weekly_anchor_date: run.anchor,
      divergence_from_weekly: changed && run.kind === 'sector' ? decided.change_summary : null,
      stale_inputs: [],
      model: 'moonshotai/kimi-k2',
      tier: 'themes',
      prompt_version: '',
      cost_usd: random.real(0.001, 0.01, 5),
    },
    summary: null,
  };
}

function sideOf(regime: string, before: Side | null): Side {
  if (regime === 'bull') return 'positive';
  if (regime === 'bear') return 'negative';
  return before === 'negative' ? 'negative' : 'neutral';
}

function theme(making: Provenance, random: Random, side: Side, changed: boolean): Fields {
  return {
    narrative: text(making, random, 140, 1800),
    stance: random.pick(WORDINGS[side]),
    drivers: proseList(random, 2, 36),
    watch_items: proseList(random, 2, 36),
    material_change: changed,
    change_summary: changed ? text(making, random, 60, 300) : '',
  };
}

function rendered(making: Provenance, random: Random, run: ThemeInput, prior: Fields | null): string {
  return [
    `Theme ${run.kind}: ${run.key}. Mode ${run.reason}. Market regime ${run.regime}.`,
    `Weekly report: ${text(making, random, 160, 2400)}`,
    `Developments: ${text(making, random, 80, 1500)}`,
    `Prior theme: ${JSON.stringify({ version: run.version - 1, theme: prior ?? {} })}`,
  ].join('\n\n');
}
