import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import pMap from 'p-map';
import { comparisons } from './simulate/comparisons.ts';
import { cost } from './simulate/cost.ts';
import { coverage } from './simulate/coverage.ts';
import { evaluatedPart } from './simulate/evaluated-rows.ts';
import { invalidAnswers } from './simulate/invalid.ts';
import { changes, rareLabels } from './simulate/labels.ts';
import { weeklyLooks } from './simulate/looks.ts';
import { pValues } from './simulate/p-values.ts';
import { pairs } from './simulate/pairs.ts';
import { persistence } from './simulate/persistence.ts';
import { stopping } from './simulate/stopping.ts';
import { render, type Section } from './simulate/table.ts';
import { atThreshold } from './simulate/threshold.ts';
import { falseVerdicts, trueVerdicts } from './simulate/verdicts.ts';

const USAGE = `Simulates what docs/statistics.md promises, and prints its tables.

  npm run simulate -- [--quick] [--only NAME] [--seed S]

  --quick      a twentieth of the simulations: whether it runs, not whether it holds
  --only NAME  false-verdicts, p-values, true-verdicts, persistence, threshold, looks,
               labels, invalid, coverage, evaluated-rows, pairs, comparisons, stopping
               or cost
  --seed S     other random numbers (1)

It exits with 1 when something that is promised does not hold, --quick aside.`;

/** The longest first. */
const PARTS: Readonly<Record<string, (seed: string, share: number) => readonly Section[]>> = {
  'false-verdicts': (seed, share) => [falseVerdicts(seed, Math.ceil(200 * share))],
  'p-values': (seed, share) => [pValues(seed, Math.ceil(200 * share))],
  'true-verdicts': (seed, share) => [trueVerdicts(seed, Math.ceil(200 * share))],
  persistence: (seed, share) => [persistence(seed, Math.ceil(100 * share))],
  threshold: (seed, share) => [atThreshold(seed, Math.ceil(100 * share))],
  looks: (seed, share) => [weeklyLooks(seed, Math.ceil(400 * share))],
  labels: (seed, share) => [rareLabels(seed, Math.ceil(200 * share)), changes(seed, Math.ceil(200 * share))],
  invalid: (seed, share) => [invalidAnswers(seed, Math.ceil(400 * share))],
  coverage: (seed, share) => coverage(seed, Math.ceil(200 * share)),
  'evaluated-rows': (seed, share) => [evaluatedPart(seed, Math.ceil(40 * share))],
  pairs: (seed, share) => [pairs(seed, Math.ceil(5000 * share))],
  comparisons: (seed, share) => [comparisons(seed, Math.ceil(200 * share))],
  stopping: (seed, share) => [stopping(seed, Math.ceil(1000 * share))],
  cost: (seed) => [cost(seed)],
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const unknown = values.only !== undefined && !(values.only in PARTS);
if (values.help || unknown) {
  process.stdout.write(`${USAGE}\n`);
  process.exitCode = unknown ? 2 : 0;
} else if (values.only !== undefined) {
  const sections = PARTS[values.only]?.(`${values.seed}/${values.only}`, values.quick ? 1 / 20 : 1) ?? [];
  for (const section of sections) process.stdout.write(`${render(section)}\n`);
  const holds = sections.every(({ findings }) => findings.every((finding) => finding.holds));
  process.exitCode = holds || values.quick ? 0 : 1;
} else {
  const told = await pMap(Object.keys(PARTS), runPart, { concurrency: availableParallelism() });
  for (const { printed } of told) process.stdout.write(printed);
  process.exitCode = told.every(({ code }) => code === 0) ? 0 : 1;
}

/** One part in a process of its own: they share out the processors. */
async function runPart(name: string): Promise<{ readonly printed: string; readonly code: number | null }> {
  const started = performance.now();
  const options = ['--only', name, '--seed', values.seed, ...(values.quick ? ['--quick'] : [])];
  const child = spawn(process.execPath, [import.meta.filename, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  return { printed, code };
}
