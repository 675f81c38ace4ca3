import { addTimes, type Cluster, changeOf, logLikelihood, posteriorOf } from './beta-binomial.ts';

/** How many of the worst clusters keep misses, when those of the others are mended. */
const MOST = 55;
const SOME = [1, 2, 3, 5, 8, 13, 21, 34, MOST];
const EACH = Array.from({ length: MOST }, (_, place) => place + 1);

/** A way to mend misses: which clusters keep some, the first of them first; how many these keep; of how many. */
interface Mending {
  readonly order: (cluster: Cluster) => number;
  readonly kept: (misses: number) => number;
  readonly counts: readonly number[];
}

const byMisses = ({ misses }: Cluster) => misses;
const byShare = ({ misses, size }: Cluster) => misses / size;
const all = (misses: number) => misses;

const MENDINGS: readonly Mending[] = [
  { order: byMisses, kept: all, counts: SOME },
  { order: byMisses, kept: (misses) => Math.min(misses, Math.ceil(misses / 2)), counts: SOME },
  { order: byMisses, kept: (misses) => Math.min(misses, 1), counts: SOME },
];
/** Where sizes differ, a few mild clusters mended can lower the limit: these are the sets that it takes to see it. More
 * of them hardly help, and widen intervals. */
const UNEVEN_MENDINGS: readonly Mending[] = [
  { order: byShare, kept: all, counts: EACH },
  { order: byMisses, kept: all, counts: [1, 2] },
];

/** Values as they are, or as they would be with some misses mended. */
interface DataSet {
  readonly log: Float64Array;
  /** The clusters that have a miss. */
  readonly failing: readonly Cluster[];
}

/** Lower limits for the mean of values in clusters: the least limit over the values as they are and as they would be
 * with some misses mended. So mended misses hardly ever lower it. */
export class LowerLimit {
  readonly #sizes: readonly number[];
  readonly #others: Iterator<DataSet>;
  /** Data sets, as far as they were asked for. */
  readonly #known: DataSet[];

  constructor(clusters: readonly Cluster[]) {
    this.#sizes = clusters.map(({ size }) => size);
    const own = { log: logLikelihood(clusters), failing: clusters.filter(({ misses }) => misses > 0) };
    this.#known = [own];
    this.#others = mended(own, this.#sizes);
  }

  /** The limit that the mean is below with a chance of `tail`. `scale` is how many times as many clusters there are. */
  at(tail: number, scale = 1): number {
    let least = 1;
    for (const data of this.#all()) least = Math.min(least, this.#limitOf(data, tail, scale));
    return Math.max(least, 0);
  }

  /** Whether `at` is above a value of at least zero. The first data set that says no is enough. */
  exceeds(value: number, tail: number, scale = 1): boolean {
    for (const data of this.#all()) if (this.#limitOf(data, tail, scale) <= value) return false;
    return true;
  }

  *#all(): Generator<DataSet> {
    yield* this.#known;
    for (let next = this.#others.next(); !next.done; next = this.#others.next()) {
      this.#known.push(next.value);
      yield next.value;
    }
  }

  #limitOf({ log, failing }: DataSet, tail: number, scale: number): number {
    const { quantile, correlation } = posteriorOf(log, tail, scale);
    return quantile - this.#flattery(failing, correlation);
  }

  /** How much better a cluster does than a value: where large clusters are the harder ones, weighting clusters by what
   * they tell would flatter the mean. */
  #flattery(failing: readonly Cluster[], alike: number): number {
    const weightOfOne = (size: number) => 1 / (1 + Math.max(size - 1, 0) * alike);
    let [values, weights] = [0, 0];
    for (const size of this.#sizes) {
      values += size;
      weights += size * weightOfOne(size);
    }
    let flattery = 0;
    for (const { misses, size } of failing) flattery += misses * (1 / values - weightOfOne(size) / weights);
    return Math.max(flattery, 0);
  }
}

/** Without any miss, and with some of the misses. */
function* mended({ failing }: DataSet, sizes: readonly number[]): Generator<DataSet> {
  const perfect = perfectOf(sizes);
  yield { log: perfect, failing: [] };
  const changes = new Map<string, Float64Array>();
  const seen = new Set<string>();
  for (const { order, kept, counts } of new Set(sizes).size > 1 ? UNEVEN_MENDINGS : MENDINGS) {
    const ordered = failing.toSorted((one, other) => order(other) - order(one)).slice(0, MOST);
    const left = ordered.map(({ misses, size }): Cluster => ({ misses: kept(misses), size }));
    let log = perfect;
    let before = 0;
    for (const count of counts.filter((one) => one <= left.length)) {
      log = withMisses(log, left.slice(before, count), changes);
      before = count;
      const name = left.slice(0, count).map(kindOf).sort().join();
      if (!seen.has(name)) yield { log, failing: left.slice(0, count) };
      seen.add(name);
    }
  }
}

/** Of the sizes that were asked for last: the rules of an agent, their controls and either limit share them. */
let lastPerfect: { readonly name: string; readonly log: Float64Array } = {
  name: '',
  log: new Float64Array(),
};

function perfectOf(sizes: readonly number[]): Float64Array {
  const name = sizes.toSorted().join();
  if (lastPerfect.name !== name) {
    lastPerfect = { name, log: logLikelihood(sizes.map((size) => ({ misses: 0, size }))) };
  }
  return lastPerfect.log;
}

/** A log likelihood with the misses of clusters that had none. What a kind of cluster changes is computed once. */
function withMisses(
  log: Float64Array,
  clusters: readonly Cluster[],
  changes: Map<string, Float64Array>,
): Float64Array {
  const found = log.slice();
  for (const [kind, { 0: cluster, length }] of Map.groupBy(clusters, kindOf)) {
    const change = changes.get(kind) ?? changeOf(cluster as Cluster);
    changes.set(kind, change);
    addTimes(found, change, length);
  }
  return found;
}

function kindOf({ misses, size }: Cluster): string {
  return `${misses}/${size}`;
}
