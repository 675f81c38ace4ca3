import { at, type JsonObject, numberAt, objectAt, stringAt } from '../shared/json.ts';
import { computed, executorFamily, matches, ratio, threshold } from './executor.ts';
import type { Artifact, Extraction } from './family.ts';
import { type Input, numeric, oneRow, subjectOf } from './features.ts';

type Proposal = ReturnType<typeof proposalIn>;

function proposalIn(snapshot: JsonObject) {
  return {
    snapshot,
    thresholds: objectAt(snapshot, 'thresholds'),
    dollars: numberAt(snapshot, 'dollar_size'),
    nav: numberAt(snapshot, 'portfolio_nav'),
    bear: matches(snapshot, 'market_regime', 'bear'),
  };
}

const INPUTS: readonly Input<Proposal>[] = [
  computed(
    'score_margin',
    ({ snapshot, thresholds }) =>
      numberAt(snapshot, 'signal', 'score') - threshold(thresholds, 'min_score_to_enter', 70),
  ),
  computed('position_margin', (proposal) => ratio(proposal.dollars, proposal.nav) - positionLimit(proposal)),
  computed('sector_margin', ({ snapshot, thresholds, dollars, nav }) => {
    const exposure = numberAt(snapshot, 'existing_sector_exposure') + dollars;
    return ratio(exposure, nav) - threshold(thresholds, 'max_sector_pct', 0.25);
  }),
  numeric('bear_and_underweight', ({ snapshot, thresholds, bear }) => {
    if (!bear || at(thresholds, 'bear_block_underweight') === false)
      return bear === undefined ? undefined : false;
    return matches(snapshot, 'sector_rating', 'underweight');
  }),
  numeric('drawdown_fraction', ({ snapshot }) => numberAt(snapshot, 'drawdown_fraction')),
  numeric('nav_nonpositive', ({ nav }) => (Number.isNaN(nav) ? undefined : nav <= 0)),
];

function positionLimit({ thresholds, bear }: Proposal): number {
  if (bear === undefined) return Number.NaN;
  return bear
    ? threshold(thresholds, 'bear_max_position_pct', 0.025)
    : threshold(thresholds, 'max_position_pct', 0.05);
}

const SUBJECT = subjectOf('executor:risk_guard', INPUTS, ['outcome']);

/** The rules all of whose inputs are in the snapshot. */
const OBSERVABLE_RULES = new Set<unknown>(['min_score', 'max_position', 'max_sector', 'bear_underweight']);

function extract({ snapshot, output }: Artifact): Extraction {
  const outcome = stringAt(output, 'outcome');
  if (outcome !== 'approved' && outcome !== 'vetoed') return { drop: 'no_decision' };
  const rule = at(output, 'vetoed_rule') ?? null;
  // A halt on drawdown is a veto that names no rule.
  const observable = outcome === 'approved' ? rule === null : OBSERVABLE_RULES.has(rule);
  if (!observable) return { drop: 'unobservable_rule' };
  return oneRow(SUBJECT, INPUTS, proposalIn(snapshot), [outcome]);
}

export const executorRiskGuard = executorFamily({
  id: 'executor:risk_guard',
  decision:
    'Whether an entry passes the risk rules. Kept are the approvals and the vetoes for score, position size, ' +
    'sector exposure and an underweight sector in a bear market, which follow from the snapshot. Vetoes for ' +
    'total equity, correlation, a drawdown halt or a value of nothing are left out: the book and the price ' +
    'histories behind them are not captured, nor is a minimum score that moves with the regime.',
  captured: { subjects: [SUBJECT], extract },
});
