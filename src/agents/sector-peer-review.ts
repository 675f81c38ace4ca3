import { z } from 'zod';
import { arrayAt, at, isObject, type JsonObject, numberAt, objectAt, stringAt } from '../shared/json.ts';
import { words } from '../shared/words.ts';
import { agreementOf, formOf, jaccard, replayOf } from './agreement.ts';
import { list, requiredTexts, text } from './answer.ts';
import type { AgentFamily, Artifact, Extraction, Row } from './family.ts';
import { type Input, numeric, readRow, regimeInput, rowsOrDrop, stocksAt, subjectOf } from './features.ts';
import { type Scores, type Standing, standingInputs, standings } from './slate.ts';

/** One stock of the slate: the quantitative pick and what the qualitative analyst says of it, if anything. */
interface Entry {
  readonly ticker: string;
  readonly pick: JsonObject;
  readonly assessment: JsonObject | undefined;
  readonly isAddition: boolean;
}

interface SlateStock extends Entry {
  readonly snapshot: JsonObject;
  readonly standing: Standing;
  readonly slateSize: number;
}

function scoresOf({ pick, assessment }: Entry): Scores {
  return (score) => numberAt(score === 'quant_score' ? pick : assessment, score);
}

/** Up to so many stocks all go through, without a call. */
const WINNERS = 3;

const INPUTS: readonly Input<SlateStock>[] = [
  ...standingInputs<SlateStock>(),
  numeric('n_catalysts', ({ assessment }) => arrayAt(assessment, 'catalysts')?.length),
  numeric('bear_case_length', ({ assessment }) => stringAt(assessment, 'bear_case')?.length),
  numeric('is_addition', ({ isAddition }) => isAddition),
  numeric('technical_score', ({ snapshot, ticker }) =>
    numberAt(snapshot, 'technical_scores_review_set', ticker, 'technical_score'),
  ),
  numeric('n_candidates', ({ slateSize }) => slateSize),
  regimeInput(({ snapshot }) => at(snapshot, 'market_regime')),
];

// Whether the addition was accepted, which the slate depends on, is output too: so are ranks and counts of the slate.
const OWN_OUTPUT = words(
  'quant_score_rank qual_score_rank conviction_rank combined_rank is_addition n_candidates',
);

const SUBJECT = subjectOf('sector_peer_review', INPUTS, ['recommended'], OWN_OUTPUT);

/** Fixed openings of the rationale that mark a slate which no model chose from. */
const NOT_CHOSEN: readonly (readonly [opening: string, drop: string])[] = [
  ['All candidates advanced', 'all_advanced'],
  ['Regime gate filtered', 'regime_gate'],
  ['Fallback: selected by combined', 'fallback'],
];

interface Selection {
  readonly slate: readonly Entry[];
  readonly recommended: readonly string[];
}

/** A slate and those of it that a model chose. */
function selectionIn({ snapshot, output }: Artifact): Selection | { readonly drop: string } {
  const slate = slateOf(snapshot, at(output, 'additional_accepted') === true);
  if (slate.length === 0) return { drop: 'no_candidates' };
  const recommendations = arrayAt(output, 'recommendations');
  if (recommendations === undefined) return { drop: 'no_decision' };
  if (slate.length <= WINNERS) return { drop: 'no_selection_call' };
  const rationale = stringAt(output, 'peer_review_rationale') ?? '';
  const notChosen = NOT_CHOSEN.find(([opening]) => rationale.startsWith(opening));
  if (notChosen) return { drop: notChosen[1] };

  const known = stocksAt(output, 'recommendations');
  const recommended = slate.map(({ ticker }) => ticker).filter((ticker) => known.has(ticker));
  // To recommend none is a decision; recommendations of which none can be read are not.
  const isUnreadable = recommended.length === 0 && recommendations.length > 0;
  return isUnreadable ? { drop: 'no_decision' } : { slate, recommended };
}

function extract(artifact: Artifact): Extraction {
  const selection = selectionIn(artifact);
  if ('drop' in selection) return selection;
  const { snapshot } = artifact;
  const { slate } = selection;
  const recommended = new Set(selection.recommended);
  const ranked = standings(slate.map(scoresOf));
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
  const picks = stocksAt(snapshot, 'quant_top5');
  const assessments = stocksAt(snapshot, 'qual_assessments');
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

const DECISIONS = list(z.array(z.looseObject({ ticker: z.string(), rationale: text })));

/** What production asks for, or what it asked for before: the tickers each with a rationale. */
const ANSWER = z.preprocess(
  asSelection,
  z.looseObject({ selected_tickers: requiredTexts, team_rationale: text }),
);

function asSelection(answer: unknown): unknown {
  if (!isObject(answer) || Object.hasOwn(answer, 'selected_tickers')) return answer;
  const decisions = DECISIONS.safeParse(at(answer, 'selected_decisions'));
  return decisions.success
    ? { ...answer, selected_tickers: decisions.data.map(({ ticker }) => ticker) }
    : answer;
}

const replay = replayOf({
  toolLoop: false,
  answer: ANSWER,
  form: formOf(z.array(z.string()), z.array(z.string())),
  original(artifact) {
    const selection = selectionIn(artifact);
    if ('drop' in selection) return { skip: selection.drop };
    const { slate, recommended } = selection;
    return { decision: recommended.toSorted(), context: slate.map(({ ticker }) => ticker) };
  },
  decision({ selected_tickers }, slate) {
    // As production does it: a ticker named twice takes two of the places.
    const selected = selected_tickers.filter((ticker) => slate.includes(ticker)).slice(0, WINNERS);
    return [...new Set(selected)].sort();
  },
  agreement(original, replayed) {
    const likeness = jaccard(original, replayed);
    return agreementOf([[1, likeness]], { exact_set: Number(likeness === 1) });
  },
});

export const sectorPeerReview: AgentFamily = {
  id: 'sector_peer_review',
  kind: 'llm',
  decision:
    'Which up to three candidates of a slate the two analysts of a sector recommend together. Slates of three or ' +
    'fewer, and those with a fixed fallback text, were settled without a call and are left out. An optional gate ' +
    'behind the selection depends on a regime intensity that the snapshot does not hold; the texts of the bull ' +
    'and bear cases weigh in and are no numbers here. The number of winners is fixed, so ranks matter most.',
  captured: { subjects: [SUBJECT], extract },
  replay,
};
