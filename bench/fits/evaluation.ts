// Evaluates a tree and a logistic regression on a data set, as a job does for an agent: `evaluation.ts DATASET`. Prints how
// long that took, and the tree's match out of sample.
import { readFileSync } from 'node:fs';
import { evaluateRules } from '../../src/rules/evaluation/evaluate.ts';
import { logisticLearner, treeLearner } from '../../src/rules/evaluation/learner.ts';
import { type DataSet, ROWS_OF_RUN } from './data.ts';

const { rows: n, columns, classes, depth, x, y } = JSON.parse(process.argv[2] as string) as DataSet;
const data = {
  features: Array.from({ length: columns }, (_, column) => ({ name: `x${column}` })),
  rows: new Float64Array(bufferOf(x)),
  n,
  runs: Int32Array.from({ length: n }, (_, row) => Math.floor(row / ROWS_OF_RUN)),
};
const specs = [
  { name: 'tree', learner: treeLearner(depth), permutation: { permutations: 199, maxRows: 1000 } },
  { name: 'logistic', learner: logisticLearner, permutation: { permutations: 99, maxRows: 500 } },
];
const options = { seed: 'bench', threshold: 0.85, margin: 0.2, level: 0.95 };
const labels = new Int32Array(bufferOf(y));
const started = performance.now();
const { rules } = evaluateRules(data, labels, classes, specs, options);
const seconds = (performance.now() - started) / 1000;
process.stdout.write(`${JSON.stringify({ seconds, match: rules.tree?.out_of_sample?.match_rate })}\n`);

function bufferOf(path: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
