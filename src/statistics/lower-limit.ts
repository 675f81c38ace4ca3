import { logLikelihood, meanCorrelation, meanQuantile } from './beta-binomial.ts';

/** How many of the worst clusters keep their misses, when those of the others are mended. */
const KEPT = [1, 2, 3, 5, 8, 13, 21, 34, 55];

export interface Cluster {
  /** In [0, size]; not always whole. */
  readonly misses: number;
  readonly size: number;
}

/** Ways to mend misses: which clusters keep some, the first of them first, and how many these keep. */
const MENDINGS: readonly {
  readonly order: (cluster: Cluster) => number;
  readonly kept: (misses: number) => number;
}[] = [
  { order: ({ misses }) => misses, kept: (misses) => misses },
  { order: ({ misses, size }) => misses / size, kept: (misses) => misses },
  { order: ({ size }) => size, kept: (misses) => Math.min(misses, 1) },
  { order: ({ misses }) => misses, kept: (misses) => Math.min(misses, Math.ceil(misses / 2)) },
  { order: ({ misses }) => misses, kept: (misses) => Math.min(misses, 1) },
];

/** Lower limits for the mean of values in clusters: the least quantile of the posterior over the values as they are
 * and as they would be with some misses mended. So mended misses hardly ever lower it. */
export class LowerLimit {
  readonly #clusters: readonly Cluster[];
  readonly #logs: readonly Float64Array[];
  readonly #own: Float64Array;

  constructor(clusters: readonly Cluster[]) {
    this.#clusters = clusters;
    const likelihoods = new Map<string, Float64Array>();
    const likelihoodOf = (misses: number, size: number) => {
      const name = `${misses}/${size}`;
      const found = likelihoods.get(name) ?? logLikelihood(misses, size);
      likelihoods.set(name, found);
      return found;
    };
    const perfect = sumOf(
      clusters.map(({ size }) => ({ misses: 0, size })),
      likelihoodOf,
    );
    this.#own = sumOf(clusters, likelihoodOf);
    this.#logs = [this.#own, perfect, ...mended(clusters, perfect, likelihoodOf)];
  }

  /** The limit that the mean is below with a chance of `tail`. `scale` is how many times as many clusters there are. */
  at(tail: number, scale = 1): number {
    const least = this.#logs.reduce((low, log) => Math.min(low, meanQuantile(log, tail, scale)), 1);
    return Math.max(least - this.#flattery(), 0);
  }

  /** How much better a cluster does than a value: where large clusters are the harder ones, weighting clusters by what
   * they tell would flatter the mean. */
  #flattery(): number {
    const alike = meanCorrelation(this.#own);
    const weighted = { weight: 0, right: 0 };
    const plain = { weight: 0, right: 0 };
    for (const { misses, size } of this.#clusters) {
      const share = 1 - misses / size;
      const weight = size / (1 + Math.max(size - 1, 0) * alike);
      weighted.weight += weight;
      weighted.right += weight * share;
      plain.weight += size;
      plain.right += size * share;
    }
    return Math.max(weighted.right / weighted.weight - plain.right / plain.weight, 0);
  }
}

type LikelihoodOf = (misses: number, size: number) => Float64Array;

/** Log likelihood of all clusters together. */
function sumOf(clusters: readonly Cluster[], likelihoodOf: LikelihoodOf): Float64Array {
  const alike = Map.groupBy(clusters, ({ misses, size }) => `${misses}/${size}`);
  return [...alike.values()].reduce<Float64Array>((sum, same) => {
    const [{ misses, size }] = same as [Cluster];
    const one = likelihoodOf(misses, size);
    return sum.length === 0 ? one.map((value) => value * same.length) : add(sum, one, same.length);
  }, new Float64Array(0));
}

function mended(clusters: readonly Cluster[], perfect: Float64Array, likelihoodOf: LikelihoodOf) {
  const failing = clusters.filter(({ misses }) => misses > 0);
  const seen = new Set<string>();
  return MENDINGS.flatMap(({ order, kept }) => {
    const ordered = failing.toSorted((one, other) => order(other) - order(one)).slice(0, KEPT.at(-1));
    const left = ordered.map(({ misses, size }): Cluster => ({ misses: kept(misses), size }));
    const sum = perfect.slice();
    return left.flatMap(({ misses, size }, index) => {
      add(sum, likelihoodOf(misses, size), 1);
      add(sum, likelihoodOf(0, size), -1);
      if (!KEPT.includes(index + 1)) return [];
      const name = nameOf(left.slice(0, index + 1));
      if (seen.has(name)) return [];
      seen.add(name);
      return [sum.slice()];
    });
  });
}

/** The same for the same clusters in another order. */
function nameOf(clusters: readonly Cluster[]): string {
  return clusters
    .map(({ misses, size }) => `${misses}/${size}`)
    .sort()
    .join();
}

function add(sum: Float64Array, values: Float64Array, times: number): Float64Array {
  for (let cell = 0; cell < sum.length; cell += 1)
    sum[cell] = (sum[cell] as number) + times * (values[cell] as number);
  return sum;
}
