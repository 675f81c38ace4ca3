import { dayNumber } from '../shared/day.ts';
import { at, flagAt, type JsonObject, numberAt, objectAt, stringAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { computed, executorFamily, matches, ratio, STANCES, threshold, tradingDays } from './executor.ts';
import type { Artifact, Extraction } from './family.ts';
import { categorical, type Input, numeric, oneRow, subjectOf } from './features.ts';

type Position = ReturnType<typeof positionIn>;

function positionIn({ artifactRunId, snapshot }: Artifact) {
  return {
    snapshot,
    thresholds: objectAt(snapshot, 'thresholds'),
    gain: numberAt(snapshot, 'gain_pct'),
    /** Day number of the date that the run decides for. */
    today: dayNumber(artifactRunId),
  };
}

/** Margin, where low means fired, of a stop that is not set or switched off. */
const CANNOT_FIRE = 1;

// Before the market opens, over every held position.

const PLANNER_INPUTS: readonly Input<Position>[] = [
  numeric('gain_pct', ({ gain }) => gain),
  computed('fallback_margin', ({ gain, thresholds }) =>
    at(thresholds, 'fallback_stop_enabled') === false
      ? CANNOT_FIRE
      : gain + threshold(thresholds, 'fallback_stop_pct', 0.1),
  ),
  computed('profit_margin', ({ gain, thresholds }) => gain - threshold(thresholds, 'profit_take_pct', 0.25)),
  computed('trading_days_held', daysHeld),
  // The days that count towards decay: research that reaffirms the position starts them anew, and two of the
  // stances do without decay.
  computed('decay_days', (position) => {
    const reaffirmed = matches(position.snapshot, 'research_action', 'ENTER');
    if (reaffirmed || at(position.thresholds, 'time_decay_enabled') === false) return 0;
    return reaffirmed === undefined ? Number.NaN : daysHeld(position);
  }),
  computed('days_past_catalyst', ({ snapshot, today }) =>
    tradingDays(dayNumber(at(snapshot, 'catalyst_date')), today),
  ),
  numeric('research_enter', ({ snapshot }) => matches(snapshot, 'research_action', 'ENTER')),
  categorical('stance', STANCES, ({ snapshot }) => at(snapshot, 'stance')),
];

function daysHeld({ snapshot, today }: Position): number {
  return tradingDays(dayNumber(at(snapshot, 'entry_date')), today);
}

const PLANNER = subjectOf('executor:exit_rules:planner', PLANNER_INPUTS, ['fired_rule_key']);

/** The rules that do not look at price history, which is not captured. */
const PLANNER_RULES = new Set(
  words('no_fire fallback_stop profit_take time_decay position_loss_floor catalyst_hard_exit'),
);

/** Time decay reduces first and exits later: one rule with two reasons. */
const RULE_OF_REASON = new Map([
  ['time_decay_reduce', 'time_decay'],
  ['time_decay_exit', 'time_decay'],
]);

function plannerRule(output: JsonObject): string | undefined {
  const named = ['fired_rule_key', 'fired_rule', 'fired_rule_kind']
    .map((key) => stringAt(output, key))
    .find(Boolean);
  if (named !== undefined) return RULE_OF_REASON.get(named) ?? named;
  const outcome = stringAt(output, 'outcome');
  return outcome === 'no_fire' || (outcome !== 'fired' && at(output, 'fired_rule_key') === null)
    ? 'no_fire'
    : undefined;
}

// While the market is open, captured when a rule has sold.

const DAEMON_INPUTS: readonly Input<Position>[] = [
  computed('stop_margin', ({ snapshot }) => {
    const stop = numberAt(snapshot, 'current_stop');
    return stop > 0 ? ratio(numberAt(snapshot, 'current_price'), stop) - 1 : CANNOT_FIRE;
  }),
  computed(
    'profit_margin',
    ({ gain, thresholds }) => gain - threshold(thresholds, 'intraday_profit_take_pct', 0.08),
  ),
  numeric('profit_take_executed', ({ snapshot }) => flagAt(snapshot, 'profit_take_executed')),
  computed('collapse_margin', ({ snapshot, thresholds }) => {
    const high = numberAt(snapshot, 'day_high');
    const fall = ratio(high - numberAt(snapshot, 'current_price'), high);
    return fall - threshold(thresholds, 'intraday_collapse_pct', 0.05);
  }),
];

const DAEMON = subjectOf('executor:exit_rules:daemon', DAEMON_INPUTS, ['fired_rule']);

const DAEMON_RULES = new Set(
  words('intraday_trailing_stop intraday_profit_take intraday_collapse catastrophic_gap_stop'),
);

const LAYERS = {
  planner: { subject: PLANNER, inputs: PLANNER_INPUTS, rules: PLANNER_RULES, ruleOf: plannerRule },
  daemon_intraday: { subject: DAEMON, inputs: DAEMON_INPUTS, rules: DAEMON_RULES, ruleOf: daemonRule },
} as const;

function daemonRule(output: JsonObject): string | undefined {
  return stringAt(output, 'fired_rule');
}

function extract(artifact: Artifact): Extraction {
  const { snapshot, output } = artifact;
  const name = stringAt(snapshot, 'evaluation_layer') ?? stringAt(output, 'evaluation_layer');
  if (name !== 'planner' && name !== 'daemon_intraday') return { drop: 'unknown_layer' };
  const { subject, inputs, rules, ruleOf } = LAYERS[name];
  const rule = ruleOf(output);
  if (rule === undefined) return { drop: 'no_decision' };
  if (!rules.has(rule)) return { drop: 'unobservable_rule' };
  return oneRow(subject, inputs, positionIn(artifact), [rule]);
}

export const executorExitRules = executorFamily({
  id: 'executor:exit_rules',
  decision:
    'Which exit rule fired for a held position. Two layers that share no shape: the planner, once a day and ' +
    'for positions where nothing fired too; the daemon, while the market is open and only when it sold. Of the ' +
    'planner the trailing stop, its sector veto and the momentum exit are left out, since price history is not ' +
    'captured; where they came first, the rest is blind to it. Its thresholds in days are never captured ' +
    'either. Of the daemon the price that a gap is measured from is missing.',
  captured: { subjects: [PLANNER, DAEMON], extract },
});
