import { type Input, numeric, rankDescending } from './features.ts';

/** What a stock's snapshot holds of one of its scores; NaN for none. */
export type Scores = (score: 'quant_score' | 'qual_score' | 'conviction') => number;

/** A stock's scores, and as `…_rank` where each puts it among its rivals, 1 for the best. */
export type Standing = ReadonlyMap<string, number>;

const MEASURES: Readonly<Record<string, (scores: Scores) => number>> = {
  quant_score: (scores) => scores('quant_score'),
  qual_score: (scores) => scores('qual_score'),
  conviction: (scores) => scores('conviction'),
  // As production combines them, where a qualitative score of zero stands for none.
  combined: (scores) => {
    const [quant, qual] = [scores('quant_score'), scores('qual_score')];
    return qual ? (quant + qual) / 2 : quant;
  },
};

export function standings(slate: readonly Scores[]): Standing[] {
  const found = slate.map(() => new Map<string, number>());
  for (const [name, measure] of Object.entries(MEASURES)) {
    const values = slate.map(measure);
    const ranks = rankDescending(values);
    found.forEach((standing, index) => {
      standing.set(name, values[index] ?? Number.NaN).set(`${name}_rank`, ranks[index] ?? Number.NaN);
    });
  }
  return found;
}

/** All of a standing, for the rows of any family that has one. */
export function standingInputs<C extends { readonly standing: Standing }>(): Input<C>[] {
  return Object.keys(MEASURES)
    .flatMap((name) => [name, `${name}_rank`])
    .map((name) => numeric(name, ({ standing }) => standing.get(name)));
}
