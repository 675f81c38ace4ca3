import { at, type JsonObject, numberAt, objectAt, stringAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { computed, executorFamily, matches, ratio, SECTOR_RATINGS, STANCES } from './executor.ts';
import type { Artifact, Extraction } from './family.ts';
import { categorical, type Input, numeric, oneRow, subjectOf } from './features.ts';

/** The sizer's cap on one position, unless a configuration that is not captured says otherwise. */
const MAX_POSITION = 0.05;

const INPUTS: readonly Input<JsonObject>[] = [
  numeric('days_to_earnings', (snapshot) => numberAt(snapshot, 'days_to_earnings')),
  numeric('conviction_declining', (snapshot) =>
    matches(objectAt(snapshot, 'signal'), 'conviction', 'declining'),
  ),
  numeric('price_target_upside', (snapshot) => numberAt(snapshot, 'signal', 'price_target_upside')),
  categorical('sector_rating', SECTOR_RATINGS, (snapshot) => at(snapshot, 'sector_rating')),
  categorical('stance', STANCES, (snapshot) => at(snapshot, 'stance')),
  computed('base_dollars', baseDollars),
  // log1p, because a drawdown multiplier of 0 makes a size of 0.
  computed('base_dollars_log', (snapshot) => Math.log1p(baseDollars(snapshot))),
  computed('base_shares_log', (snapshot) =>
    Math.log1p(ratio(baseDollars(snapshot), numberAt(snapshot, 'current_price'))),
  ),
  ...words(`
    current_price portfolio_nav n_enter_signals drawdown_multiplier atr_pct prediction_confidence p_up
    feature_coverage signal_age_days
  `).map((name) => numeric<JsonObject>(name, (snapshot) => numberAt(snapshot, name))),
];

/** What the position comes to before any adjustment but the drawdown's. */
function baseDollars(snapshot: JsonObject): number {
  const weight = Math.min(MAX_POSITION, 1 / numberAt(snapshot, 'n_enter_signals'));
  return numberAt(snapshot, 'portfolio_nav') * weight * numberAt(snapshot, 'drawdown_multiplier');
}

/** The adjustments that the sizer makes, each a companion label, and how it is told. */
const ADJUSTMENTS = {
  earnings_adj: applied,
  conviction_adj: applied,
  upside_adj: applied,
  sector_adj: rendered,
  stance_adj: rendered,
};

const SUBJECT = subjectOf('executor:position_sizer', INPUTS, ['sized_outcome', ...Object.keys(ADJUSTMENTS)]);

function extract({ snapshot, output }: Artifact): Extraction {
  const outcome = stringAt(output, 'sized_outcome');
  if (outcome !== 'approved' && outcome !== 'shares_zero') return { drop: 'no_decision' };
  const adjustments = Object.entries(ADJUSTMENTS).map(([name, tell]) => tell(numberAt(output, name)));
  return oneRow(SUBJECT, INPUTS, snapshot, [outcome, ...adjustments]);
}

function applied(adjustment: number): string | null {
  if (Number.isNaN(adjustment)) return null;
  return adjustment < 1 ? 'applied' : 'none';
}

/** An adjustment that may go either way, as text; rounded, so that one value is one class. */
function rendered(adjustment: number): string | null {
  return Number.isNaN(adjustment) ? null : String(Number(adjustment.toFixed(4)));
}

export const executorPositionSizer = executorFamily({
  id: 'executor:position_sizer',
  decision:
    'Whether an entry gets a size or rounds to no shares, and beside it which of its adjustments the sizer ' +
    'applied. The adjustments for earnings, conviction, upside, sector and stance follow from the snapshot ' +
    'exactly. The outcome does not: the configuration, the de-risk multiplier, the regime and barrier ' +
    'adjustments and the cap on traded volume are not captured.',
  captured: { subjects: [SUBJECT], extract },
});
