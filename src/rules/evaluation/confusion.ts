import { sum } from 'd3-array';
import type { EvaluatedRule } from '../../results/rules.ts';
import { countClasses } from '../tree/tree.ts';

/** How predicted labels agree with the true ones. Without rows all but `confusion` are NaN. Kappa is 0, too, if both sides
 * have one label only (J. Cohen, Educational and Psychological Measurement 20, 1960). */
export type Scores = EvaluatedRule['in_sample'];

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
  const actual = confusion.map((counts) => sum(counts));
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

/** The commonest class and its share of the rows. Of equally common classes it is the first. */
export function baselineOf(labels: Int32Array, classes: number): { label: number; share: number } {
  const counts = countClasses(labels, classes, labels.keys());
  const most = Math.max(...counts);
  return { label: counts.indexOf(most), share: most / labels.length };
}
