import { z } from 'zod';
import { arrayAt, at, flagAt, type JsonObject, numberAt, objectAt, stringsAt } from '../shared/json.ts';
import { agreementOf, formOf, jaccard, replayOf } from './agreement.ts';
import { list, score, text } from './answer.ts';
import type { AgentFamily, Artifact, Extraction, Row } from './family.ts';
import {
  type Input,
  numeric,
  percentileRank,
  readRow,
  regimeInput,
  rowsOrDrop,
  stocksAt,
  subjectOf,
} from './features.ts';

/** One screened ticker. */
interface Screened {
  readonly snapshot: JsonObject;
  readonly technical: JsonObject;
  readonly technicalScorePercentile: number;
  readonly momentumPercentile: number;
}

/** How many picks go on to the next analyst. */
const PICKED = 5;

const INPUTS: readonly Input<Screened>[] = [
  numeric('technical_score', ({ technical }) => numberAt(technical, 'technical_score')),
  numeric('rsi_14', ({ technical }) => numberAt(technical, 'rsi_14')),
  numeric('macd_cross', ({ technical }) => numberAt(technical, 'macd_cross')),
  numeric('macd_above_zero', ({ technical }) => flagAt(technical, 'macd_above_zero')),
  ...['price_vs_ma50', 'price_vs_ma200', 'momentum_20d', 'momentum_5d'].map(fractionInput),
  numeric('atr_14_pct', ({ technical }) => numberAt(technical, 'atr_14_pct')),
  ...['dist_from_52w_high', 'dist_from_52w_low'].map(fractionInput),
  numeric('technical_score_percentile', ({ technicalScorePercentile }) => technicalScorePercentile),
  numeric('momentum_20d_percentile', ({ momentumPercentile }) => momentumPercentile),
  regimeInput(({ snapshot }) => at(snapshot, 'market_regime')),
];

const SUBJECT = subjectOf('sector_quant', INPUTS, ['picked', 'picked_any']);

function fractionInput(name: string): Input<Screened> {
  return numeric(name, ({ technical }) => fractionAt(technical, name));
}

/** A relative price as a fraction. Two sources can mix within one artifact: the one that knows the average
 * true range, be it null, writes fractions, the other percent. */
function fractionAt(technical: JsonObject, name: string): number {
  return numberAt(technical, name) / (Object.hasOwn(technical, 'atr_14_pct') ? 1 : 100);
}

/** The screened tickers and the ranking of them. */
interface Ranking {
  readonly tickers: ReadonlySet<string>;
  readonly picks: readonly string[];
}

function rankingIn({ snapshot, output }: Artifact): Ranking | { readonly drop: string } {
  const picks = picksIn(output);
  if (picks.length === 0 && at(output, 'error')) return { drop: 'error_without_picks' };
  if (!isDecided(output, picks)) return { drop: 'no_decision' };
  const tickers = new Set(stringsAt(snapshot, 'sector_tickers'));
  return tickers.size === 0 ? { drop: 'no_candidates' } : { tickers, picks };
}

/** In order of preference; a ticker counts where it stands first. */
function picksIn(output: JsonObject): string[] {
  return [...stocksAt(output, 'ranked_picks').keys()];
}

function extract(artifact: Artifact): Extraction {
  const ranking = rankingIn(artifact);
  if ('drop' in ranking) return ranking;
  const { snapshot } = artifact;
  const { tickers, picks } = ranking;
  const screened = [...tickers].flatMap((ticker) => {
    const technical = objectAt(snapshot, 'technical_scores_team', ticker);
    return technical && Object.keys(technical).length > 0 ? [{ ticker, technical }] : [];
  });
  const technicalScores = percentileRank(
    screened.map(({ technical }) => numberAt(technical, 'technical_score')),
  );
  const momenta = percentileRank(screened.map(({ technical }) => fractionAt(technical, 'momentum_20d')));
  const first = new Set(picks.slice(0, PICKED));
  const any = new Set(picks);
  const rows = screened.map(({ ticker, technical }, index): Row => {
    const technicalScorePercentile = technicalScores[index] ?? Number.NaN;
    const momentumPercentile = momenta[index] ?? Number.NaN;
    return {
      features: readRow(INPUTS, { snapshot, technical, technicalScorePercentile, momentumPercentile }),
      labels: [label(first.has(ticker)), label(any.has(ticker))],
    };
  });
  return rowsOrDrop(SUBJECT, rows, 'no_technical_data', { no_technical_data: tickers.size - rows.length });
}

/** An empty ranking is a decision for none; a missing one, or one without a readable pick, is no decision. */
function isDecided(output: JsonObject, picks: readonly string[]): boolean {
  return picks.length > 0 || arrayAt(output, 'ranked_picks')?.length === 0;
}

function label(picked: boolean): string {
  return picked ? 'picked' : 'not_picked';
}

const ANSWER = z.looseObject({
  ranked_picks: list(
    z.array(
      z.looseObject({
        ticker: z.string(),
        quant_score: score,
        rationale: text,
        key_metrics: z.looseObject({}).prefault({}),
      }),
    ),
  )
    .prefault([])
    .describe('Best first.'),
});

/** How many picks the analyst is asked for. */
const RANKED = 10;

const replay = replayOf({
  toolLoop: true,
  answer: ANSWER,
  form: formOf(z.array(z.string()), z.null()),
  original(artifact) {
    const ranking = rankingIn(artifact);
    if ('drop' in ranking) return { skip: ranking.drop };
    return { decision: ranking.picks.slice(0, RANKED), context: null };
  },
  decision: (answer) => picksIn(answer).slice(0, RANKED),
  agreement: (original, replayed) =>
    agreementOf([
      [0.6, jaccard(original.slice(0, PICKED), replayed.slice(0, PICKED))],
      [0.4, jaccard(original, replayed)],
    ]),
});

export const sectorQuant: AgentFamily = {
  id: 'sector_quant',
  kind: 'llm',
  decision:
    'Which tickers of a sector the quantitative analyst ranks among its first five, and as a companion which it ' +
    'ranks at all. It worked with tools, whose answers are not captured, so that the technical data explains only ' +
    'a part. Few of many are picked: judge by balanced accuracy.',
  captured: { subjects: [SUBJECT], extract },
  replay,
};
