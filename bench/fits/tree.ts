// Fits one of the program's trees to a data set, several times: `tree.ts greedy|exact DATASET`. Prints how long the
// quickest took, and the share of rows that its tree reproduces.
import { readFileSync } from 'node:fs';
import { exactTree } from '../../src/rules/exact/exact-tree.ts';
import { fitTree } from '../../src/rules/tree/fit-tree.ts';
import { predictTree } from '../../src/rules/tree/tree.ts';
import type { DataSet } from './data.ts';

const TIMES = 3;
const [kind, order = ''] = process.argv.slice(2);
const { rows, columns, classes, depth, x, y } = JSON.parse(order) as DataSet;
const fitOne = kind === 'exact' ? exactTree : fitTree;

const values = new Float64Array(bufferOf(x));
const byColumn = Array.from({ length: columns }, (_, column) =>
  Float64Array.from({ length: rows }, (_, row) => values[row * columns + column] as number),
);
const labels = new Int32Array(bufferOf(y));
const seconds: number[] = [];
let match = 0;
for (let time = 0; time < TIMES; time++) {
  const started = performance.now();
  const found = fitOne(byColumn, labels, classes, depth);
  const tree = 'tree' in found ? found.tree : found;
  seconds.push((performance.now() - started) / 1000);
  const predicted = predictTree(tree, byColumn, rows);
  match = predicted.reduce((sum, label, row) => sum + Number(label === labels[row]), 0) / rows;
}
process.stdout.write(`${JSON.stringify({ seconds: Math.min(...seconds), match })}\n`);

function bufferOf(path: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
