/** Contiguous parts of time, each predicted from all others. */
const BLOCKS = 5;
/** Steps of a walk forward: the first five tenths of the runs learn only, each other tenth is predicted from all before it. */
const STEPS = 10;
const FIRST_STEP = 5;
const NEWEST_STEP = 8;
/** The most fits that blocks, walk forward and all rows together take. */
export const FITS = BLOCKS + (STEPS - FIRST_STEP) + 1;

/** Rows to learn from, and rows to predict; both ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** The rows of each run, runs in time. */
export type Groups = readonly (readonly number[])[];

/** Row numbers of each run, runs in time: their numbers ascend with it. */
export function rowsByRun(runs: ArrayLike<number>): number[][] {
  const rows = Map.groupBy(Array(runs.length).keys(), (row) => runs[row] as number);
  return [...rows].sort(([one], [other]) => one - other).map(([, members]) => members);
}

/** Each of five contiguous blocks of runs is predicted from the others. None for a single run. */
export function blocks(groups: Groups): Split[] {
  const edge = (block: number) => Math.ceil((block * groups.length) / BLOCKS);
  return splits(BLOCKS, (block) => ({
    train: [...groups.slice(0, edge(block)), ...groups.slice(edge(block + 1))],
    test: groups.slice(edge(block), edge(block + 1)),
  }));
}

/** From the second half on, each tenth of the runs is predicted from those before it. */
export function walkForward(groups: Groups): Split[] {
  return splits(STEPS - FIRST_STEP, (step) => {
    const from = stepEdge(groups.length, FIRST_STEP + step);
    return {
      train: groups.slice(0, from),
      test: groups.slice(from, stepEdge(groups.length, FIRST_STEP + step + 1)),
    };
  });
}

/** The runs that the walk forward predicts, and of these the newest fifth of all runs. */
export function laterRuns<Run>(runs: readonly Run[]): { readonly all: Run[]; readonly newest: Run[] } {
  return {
    all: runs.slice(stepEdge(runs.length, FIRST_STEP)),
    newest: runs.slice(stepEdge(runs.length, NEWEST_STEP)),
  };
}

/** The run that a step of the walk forward begins with, of 0 to 10. */
function stepEdge(runs: number, step: number): number {
  return Math.ceil((step * runs) / STEPS);
}

function splits(count: number, split: (index: number) => Record<keyof Split, Groups>): Split[] {
  const ascending = (groups: Groups) => Int32Array.from(groups.flat()).sort();
  return Array.from({ length: count }, (_, index) => split(index)).flatMap(({ train, test }) =>
    train.length > 0 && test.length > 0 ? [{ train: ascending(train), test: ascending(test) }] : [],
  );
}
