import { arrayAt, at, type JsonObject, numberAt, objectAt, objectsAt, stringAt } from '../json.ts';
import type { AgentFamily, Artifact, Extraction, Row } from './family.ts';
import {
  byTicker,
  categorical,
  type Input,
  numeric,
  REGIMES,
  readRow,
  regimeOf,
  rowsOrDrop,
  subjectOf,
} from './features.ts';
import { type Standing, standingInputs, standings } from './slate.ts';

/** One candidate of the slate: the quantitative pick and what the qualitative analyst says of it, if anything. */
interface Entry {
  readonly ticker: string;
  readonly pick: JsonObject;
  readonly assessment: JsonObject | undefined;
  readonly isAddition: boolean;
}

interface Candidate extends Entry {
  readonly snapshot: JsonObject;
  readonly standing: Standing;
  readonly slateSize: number;
}

/** Up to so many candidates all go through, without a call. */
const WINNERS = 3;

const INPUTS: readonly Input<Candidate>[] = [
  ...standingInputs<Candidate>(),
  numeric('n_catalysts', ({ assessment }) => arrayAt(assessment, 'catalysts')?.length),
  numeric('bear_case_length', ({ assessment }) => stringAt(assessment, 'bear_case')?.length),
  numeric('is_addition', ({ isAddition }) => isAddition),
  numeric('technical_score', ({ snapshot, ticker }) =>
    numberAt(objectAt(objectAt(snapshot, 'technical_scores_review_set'), ticker), 'technical_score'),
  ),
  numeric('n_candidates', ({ slateSize }) => slateSize),
  categorical('regime', REGIMES, ({ snapshot }) => regimeOf(at(snapshot, 'market_regime'))),
];

const SUBJECT = subjectOf('sector_peer_review', INPUTS, ['recommended']);

/** Fixed openings of the rationale that mark a slate which no model chose from. */
const NOT_CHOSEN: readonly (readonly [opening: string, drop: string])[] = [
  ['All candidates advanced', 'all_advanced'],
  ['Regime gate filtered', 'regime_gate'],
  ['Fallback: selected by combined', 'fallback'],
];

function extract({ snapshot, output }: Artifact): Extraction {
  const slate = slateOf(snapshot, at(output, 'additional_accepted') === true);
  if (slate.length === 0) return { drop: 'no_candidates' };
  if (arrayAt(output, 'recommendations') === undefined) return { drop: 'no_decision' };
  if (slate.length <= WINNERS) return { drop: 'no_selection_call' };
  const rationale = stringAt(output, 'peer_review_rationale') ?? '';
  const notChosen = NOT_CHOSEN.find(([opening]) => rationale.startsWith(opening));
  if (notChosen) return { drop: notChosen[1] };

  const recommended = byTicker(objectsAt(output, 'recommendations'));
  const ranked = standings(
    slate.map(({ pick, assessment }) => ({
      quant_score: numberAt(pick, 'quant_score'),
      qual_score: numberAt(assessment, 'qual_score'),
      conviction: numberAt(assessment, 'conviction'),
    })),
  );
  const rows = slate.flatMap((entry, index): Row[] => {
    const standing = ranked[index];
    if (!standing) return [];
    const features = readRow(INPUTS, { ...entry, snapshot, standing, slateSize: slate.length });
    return [{ features, labels: [recommended.has(entry.ticker) ? 'recommended' : 'not_recommended'] }];
  });
  return rowsOrDrop(SUBJECT, rows, 'no_candidates');
}

/** The five quantitative picks, and behind them the qualitative analyst's own when it was accepted. */
function slateOf(snapshot: JsonObject, additionAccepted: boolean): Entry[] {
  const picks = byTicker(objectsAt(snapshot, 'quant_top5'));
  const assessments = byTicker(objectsAt(snapshot, 'qual_assessments'));
  const slate = [...picks].map(
    ([ticker, pick]): Entry => ({ ticker, pick, assessment: assessments.get(ticker), isAddition: false }),
  );
  const addition = objectAt(snapshot, 'qual_additional_candidate');
  const ticker = stringAt(addition, 'ticker');
  if (additionAccepted && addition && ticker && !picks.has(ticker)) {
    slate.push({ ticker, pick: addition, assessment: addition, isAddition: true });
  }
  return slate;
}

export const sectorPeerReview: AgentFamily = {
  id: 'sector_peer_review',
  kind: 'llm',
  decision:
    'Which up to three candidates of a slate the two analysts of a sector recommend together. Slates of three or ' +
    'fewer, and those with a fixed fallback text, were settled without a call and are left out. An optional gate ' +
    'behind the selection depends on a regime intensity that the snapshot does not hold; the texts of the bull ' +
    'and bear cases weigh in and are no numbers here. The number of winners is fixed, so ranks matter most.',
  captured: { subjects: [SUBJECT], extract },
};
