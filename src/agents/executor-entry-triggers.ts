import { at, type JsonObject, numberAt, objectAt, stringAt, stringsAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { clockMinutes, computed, easternMinutes, executorFamily, ratio, threshold } from './executor.ts';
import type { Artifact, Extraction } from './family.ts';
import { type Input, numeric, oneRow, subjectOf } from './features.ts';

type Situation = ReturnType<typeof situationIn>;

function situationIn(snapshot: JsonObject) {
  return {
    snapshot,
    thresholds: objectAt(snapshot, 'thresholds'),
    disabled: new Set(stringsAt(snapshot, 'disabled_triggers')),
    last: numberAt(snapshot, 'current_price'),
    minutes: easternMinutes(at(snapshot, 'now_et')),
  };
}

/** Margin of a trigger that is switched off or lacks the level it measures from. */
const CANNOT_FIRE = -1;

const EXPIRY = 15 * 60 + 55;
const GRADUATED_START = 14 * 60;

const INPUTS: readonly Input<Situation>[] = [
  margin('m_pull', 'pullback', ({ snapshot, thresholds, last }) => {
    const high = numberAt(snapshot, 'day_high');
    return ratio(high - last, high) - threshold(thresholds, 'pullback_pct', 0.02);
  }),
  margin('m_vwap', 'vwap_discount', ({ snapshot, thresholds, last }) => {
    const vwap = numberAt(snapshot, 'vwap');
    if (!(vwap > 0)) return CANNOT_FIRE;
    return ratio(vwap - last, vwap) - threshold(thresholds, 'vwap_discount', 0.005);
  }),
  margin('sup_dist', 'support_bounce', supportDistance),
  numeric('sup_ok_low', lowHeldSupport),
  // The bounce is one test of the chain but three conditions: this has its verdict as one sign.
  margin('m_support', 'support_bounce', (situation) => {
    const distance = supportDistance(situation);
    if (distance < 0) return distance;
    if (lowHeldSupport(situation) === false) return CANNOT_FIRE;
    return threshold(situation.thresholds, 'support_pct', 0.01) - distance;
  }),
  computed(
    'minutes_past_expiry',
    ({ thresholds, minutes }) => minutes - clockOr(thresholds, 'expiry_time', EXPIRY),
  ),
  margin(
    'minutes_past_graduated_start',
    'graduated_entry',
    ({ thresholds, minutes }) => minutes - clockOr(thresholds, 'graduated_start_time', GRADUATED_START),
  ),
  computed('premium', ({ snapshot, thresholds, last }) => {
    const morning = numberAt(snapshot, 'morning_price');
    return ratio(last - morning, morning) - threshold(thresholds, 'graduated_max_premium', 0.01);
  }),
];

function margin(name: string, trigger: string, measure: (situation: Situation) => number): Input<Situation> {
  return computed(name, (situation) => (situation.disabled.has(trigger) ? CANNOT_FIRE : measure(situation)));
}

function supportDistance({ snapshot, last }: Situation): number {
  const support = numberAt(snapshot, 'support_level');
  return support > 0 ? ratio(last - support, support) : CANNOT_FIRE;
}

/** Whether the day's low stayed at or above the support; a break below it ends the bounce for the day. */
function lowHeldSupport({ snapshot }: Situation): boolean | undefined {
  const [low, support] = [numberAt(snapshot, 'day_low'), numberAt(snapshot, 'support_level')];
  return Number.isNaN(low - support) ? undefined : low >= support;
}

function clockOr(thresholds: JsonObject | undefined, key: string, byDefault: number): number {
  const minutes = clockMinutes(at(thresholds, key));
  return Number.isNaN(minutes) ? byDefault : minutes;
}

const SUBJECT = subjectOf('executor:entry_triggers', INPUTS, ['trigger_kind']);

/** `unknown` is the executor's own word for a reason it could not classify. */
const TRIGGER_KINDS = new Set(
  words('pullback vwap_discount support_bounce graduated_entry time_expiry unknown'),
);

function extract({ snapshot, output }: Artifact): Extraction {
  const kind = stringAt(output, 'trigger_kind');
  if (kind === undefined || !TRIGGER_KINDS.has(kind)) return { drop: 'no_decision' };
  return oneRow(SUBJECT, INPUTS, situationIn(snapshot), [kind]);
}

export const executorEntryTriggers = executorFamily({
  id: 'executor:entry_triggers',
  decision:
    'Which trigger bought an approved entry: the first to hold of a pullback from the high, a discount to VWAP, ' +
    'a bounce off support, the end of the entry window and, in the afternoon, a price near the morning’s. Only ' +
    'entries that were filled are captured, never the waiting before. Price and clock are stamped after the ' +
    'fill, so now and then they no longer show what fired; all else is in the snapshot.',
  captured: { subjects: [SUBJECT], extract },
});
