/** How predicted labels agree with the true ones. All but `confusion` are NaN without rows. */
export interface Scores {
  /** Share of rows whose label was predicted. */
  readonly match_rate: number;
  /** Match rate minus that of always answering the commonest label. */
  readonly lift: number;
  /** Agreement beyond chance, 1 for perfect, 0 for what the frequencies of labels alone give, which is also its value
   * when one label is all there is on both sides (J. Cohen, Educational and Psychological Measurement 20, 1960). */
  readonly kappa: number;
  /** Mean over the true labels that occur of the share of their rows that was predicted. */
  readonly balanced_accuracy: number;
  /** Rows by true label, and in each by predicted label. */
  readonly confusion: readonly (readonly number[])[];
}

/** Compares predicted class numbers with the true ones, all below `classes`. */
export function scoresOf(predicted: Int32Array, labels: Int32Array, classes: number): Scores {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [row, label] of labels.entries()) {
    const ofLabel = confusion[label] as number[];
    const guess = predicted[row] as number;
    ofLabel[guess] = (ofLabel[guess] as number) + 1;
  }
  const n = labels.length;
  const hits = confusion.map((counts, label) => counts[label] as number);
  const actual = confusion.map(sum);
  const guessed = confusion.map((_, label) => sum(confusion.map((counts) => counts[label] as number)));
  const match = sum(hits) / n;
  const chance = sum(actual.map((count, label) => count * (guessed[label] as number))) / (n * n);
  const recalls = hits.flatMap((hit, label) => (actual[label] ? hit / (actual[label] as number) : []));
  return {
    match_rate: match,
    lift: match - Math.max(...actual) / n,
    kappa: chance === 1 ? 0 : (match - chance) / (1 - chance),
    balanced_accuracy: sum(recalls) / recalls.length,
    confusion,
  };
}

/** The commonest class, of equally common ones the first, and its share of the rows. */
export function baselineOf(
  labels: Int32Array,
  classes: number,
): { readonly label: number; readonly share: number } {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  const most = Math.max(...counts);
  return { label: counts.indexOf(most), share: most / labels.length };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
