// `npm start`: the jobs over the committed fixtures, into out/, and a short table of what came out.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

interface AgentLine {
  readonly agent_id_base: string;
  readonly kind: string;
  readonly n_samples: number;
  readonly match_rate: number;
  readonly n_classes: number;
}

interface CounterfactualEnvelope {
  readonly status: string;
  readonly duration_seconds: number;
  readonly result_uri: string;
  readonly summary: {
    readonly window_start: string;
    readonly window_end: string;
    readonly artifacts_loaded: number;
    readonly per_agent: readonly AgentLine[];
    readonly agents_skipped_thin_sample: readonly { agent_id_base: string; skip_reason: string }[];
    readonly metrics: { readonly emitted: number; readonly skipped: readonly { reason: string }[] };
  };
}

const FIXTURES_END = '2026-07-11T09:00:00Z';
const fixtures = pathToFileURL('fixtures/decision_artifacts').href;
const out = pathToFileURL('out').href;

rmSync('out', { recursive: true, force: true });
const args = ['--corpus', fixtures, '--out', out, '--end-time-iso', FIXTURES_END];
const { status, stdout } = spawnSync(process.execPath, ['dist/main.js', 'counterfactual', ...args], {
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
});
if (status !== 0) {
  console.error(stdout);
  process.exit(status ?? 1);
}
const envelope = JSON.parse(stdout) as CounterfactualEnvelope;

const { summary } = envelope;
const row = (cells: readonly string[]) =>
  `  ${(cells[0] ?? '').padEnd(30)}${cells
    .slice(1)
    .map((cell) => cell.padStart(10))
    .join('')}`;
console.log(`\ncounterfactual: would a depth-3 tree have decided the same?`);
console.log(`${summary.artifacts_loaded} artifacts, ${summary.window_start} to ${summary.window_end}\n`);
console.log(row(['agent', 'rows', 'classes', 'match', 'control']));
for (const { agent_id_base, n_samples, n_classes, match_rate, kind } of summary.per_agent) {
  const control = kind === 'deterministic' ? 'yes' : '';
  console.log(row([agent_id_base, String(n_samples), String(n_classes), match_rate.toFixed(3), control]));
}
for (const { agent_id_base, skip_reason } of summary.agents_skipped_thin_sample) {
  console.log(`  ${agent_id_base.padEnd(30)}not fitted: ${skip_reason}`);
}
console.log(
  '\nmatch: share of the rows it was fitted to that the tree reproduces (sector_qual is planted with noise)',
);
console.log('control: a deterministic agent, which a rule should reproduce');
const held = new Set(summary.metrics.skipped.map(({ reason }) => reason));
console.log(
  `\n${envelope.status} in ${envelope.duration_seconds} s, ${summary.metrics.emitted} metric datapoints`,
);
for (const reason of held) console.log(`metrics held back: ${reason} (the fixtures are of July 2026)`);
console.log(
  `everything is under out/, the whole result in ${envelope.result_uri.replace(`${out}/`, 'out/')}`,
);
