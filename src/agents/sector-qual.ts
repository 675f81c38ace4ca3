import { at, type JsonObject, numberAt, objectAt, objectsAt, stringsAt } from '../json.ts';
import type { AgentFamily, Artifact, Extraction, Row } from './family.ts';
import {
  byTicker,
  categorical,
  convictionBand,
  convictionCode,
  type Input,
  numeric,
  REGIMES,
  readRow,
  regimeOf,
  rowsOrDrop,
  subjectOf,
  TEAMS,
  teamOf,
} from './features.ts';

/** One of the quantitative analyst's first five. */
interface Handed {
  readonly artifact: Artifact;
  readonly ticker: string;
  readonly pick: JsonObject;
  readonly rank: number;
}

const INPUTS: readonly Input<Handed>[] = [
  numeric('quant_score', ({ pick }) => numberAt(pick, 'quant_score')),
  numeric('quant_rank', ({ rank }) => rank),
  numeric('is_held', ({ artifact, ticker }) =>
    stringsAt(artifact.snapshot, 'held_in_top5')?.includes(ticker),
  ),
  numeric('has_prior', ({ artifact, ticker }) => {
    const priors = objectAt(artifact.snapshot, 'prior_theses_for_top5');
    return priors && objectAt(priors, ticker) !== undefined;
  }),
  numeric('prior_final_score', (handed) => numberAt(known(handed, 'prior_theses_for_top5'), 'final_score')),
  numeric('prior_conviction', (handed) =>
    convictionCode(at(known(handed, 'prior_theses_for_top5'), 'conviction')),
  ),
  numeric('article_count', (handed) => numberAt(known(handed, 'news_data_for_top5'), 'article_count')),
  numeric('num_analysts', (handed) => numberAt(known(handed, 'analyst_data_for_top5'), 'num_analysts')),
  categorical('regime', REGIMES, ({ artifact }) => regimeOf(at(artifact.snapshot, 'market_regime'))),
  categorical('team', TEAMS, ({ artifact }) => teamOf(artifact.agentId)),
];

const SUBJECT = subjectOf('sector_qual', INPUTS, ['conviction_band', 'qual_score_from_60']);

/** What the snapshot holds of the ticker under `key`: only held names have news and analysts, few have a prior. */
function known({ artifact, ticker }: Handed, key: string): JsonObject | undefined {
  return objectAt(objectAt(artifact.snapshot, key), ticker);
}

function extract(artifact: Artifact): Extraction {
  const handed = byTicker(objectsAt(artifact.snapshot, 'quant_top5'));
  if (handed.size === 0) return { drop: 'no_candidates' };
  const assessments = byTicker(objectsAt(artifact.output, 'assessments'));
  const rows = [...handed].flatMap(([ticker, pick], index): Row[] => {
    const assessment = assessments.get(ticker);
    const band = convictionBand(numberAt(assessment, 'conviction'));
    if (band === undefined) return [];
    const features = readRow(INPUTS, { artifact, ticker, pick, rank: index + 1 });
    return [{ features, labels: [band, from60(numberAt(assessment, 'qual_score'))] }];
  });
  const unassessed = [...handed.keys()].filter((ticker) => !assessments.has(ticker)).length;
  return rowsOrDrop(SUBJECT, rows, 'no_decision', {
    no_assessment: unassessed,
    no_conviction: handed.size - unassessed - rows.length,
  });
}

function from60(score: number): string | null {
  if (Number.isNaN(score)) return null;
  return score >= 60 ? 'yes' : 'no';
}

export const sectorQual: AgentFamily = {
  id: 'sector_qual',
  kind: 'llm',
  decision:
    'How convinced the qualitative analyst is of each of the five tickers handed over by the quantitative one: ' +
    'high from 70, medium from 40, low below; as a companion, whether its score reaches 60. It read news, filings ' +
    'and memories through tools, and of those the snapshot holds counts at most: expect a low ceiling.',
  captured: { subjects: [SUBJECT], extract },
};
