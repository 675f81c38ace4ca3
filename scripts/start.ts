// `npm start`: the jobs over the committed fixtures, into out/, and a short table of what came out of each.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

interface Envelope<Summary> {
  readonly status: string;
  readonly duration_seconds: number;
  readonly result_uri: string;
  readonly summary: Summary & {
    readonly window_start: string;
    readonly window_end: string;
    readonly metrics: { readonly emitted: number; readonly skipped: readonly { reason: string }[] };
  };
}

interface Counterfactual {
  readonly artifacts_loaded: number;
  readonly per_agent: readonly {
    readonly agent_id_base: string;
    readonly kind: string;
    readonly n_samples: number;
    readonly match_rate: number;
    readonly n_classes: number;
  }[];
  readonly agents_skipped_thin_sample: readonly { agent_id_base: string; skip_reason: string }[];
}

interface Concordance {
  readonly n_artifacts_candidate: number;
  readonly n_artifacts_replayed: number;
  readonly replay_skips: Readonly<Record<string, number>>;
  readonly per_target: readonly {
    readonly target_model: string;
    readonly per_agent: readonly Readonly<
      Record<'n' | 'mean' | 'min' | 'stdev', number> & { agent_id_base: string }
    >[];
    readonly agents_skipped_thin_sample: readonly { agent_id_base: string; n_observations: number }[];
  }[];
}

const FIXTURES_END = '2026-07-11T09:00:00Z';
const fixtures = pathToFileURL('fixtures/decision_artifacts').href;
const out = pathToFileURL('out').href;

rmSync('out', { recursive: true, force: true });
showCounterfactual(run<Counterfactual>('counterfactual'));
showConcordance(
  run<Concordance>('concordance', '--transport', 'recorded', '--recordings', 'fixtures/recordings'),
);
console.log('everything is under out/');

function run<Summary>(job: string, ...options: string[]): Envelope<Summary> {
  const args = [job, '--corpus', fixtures, '--out', out, '--end-time-iso', FIXTURES_END, ...options];
  const { status, stdout } = spawnSync(process.execPath, ['dist/main.js', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) {
    console.error(stdout);
    process.exit(status ?? 1);
  }
  return JSON.parse(stdout) as Envelope<Summary>;
}

function showCounterfactual(envelope: Envelope<Counterfactual>): void {
  const { summary } = envelope;
  console.log('\ncounterfactual: would a depth-3 tree have decided the same?');
  console.log(`${summary.artifacts_loaded} artifacts, ${summary.window_start} to ${summary.window_end}\n`);
  row('agent', 'rows', 'classes', 'match', 'control');
  for (const { agent_id_base, n_samples, n_classes, match_rate, kind } of summary.per_agent) {
    row(agent_id_base, n_samples, n_classes, match_rate.toFixed(3), kind === 'deterministic' ? 'yes' : '');
  }
  for (const { agent_id_base, skip_reason } of summary.agents_skipped_thin_sample) {
    console.log(`  ${agent_id_base.padEnd(30)}not fitted: ${skip_reason}`);
  }
  console.log(
    '\nmatch: share of the rows it was fitted to that the tree reproduces (sector_qual is planted with noise)',
  );
  console.log('control: a deterministic agent, which a rule should reproduce');
  conclude(envelope);
}

function showConcordance(envelope: Envelope<Concordance>): void {
  const { summary } = envelope;
  console.log('concordance: would a cheaper model, given the same prompt, have decided the same?');
  console.log(
    `${summary.n_artifacts_replayed} of ${summary.n_artifacts_candidate} artifacts replayed, recorded answers\n`,
  );
  for (const { target_model, per_agent, agents_skipped_thin_sample } of summary.per_target) {
    row(target_model, 'n', 'agreement', 'lowest', 'std dev');
    for (const { agent_id_base, n, mean, min, stdev } of per_agent) {
      row(agent_id_base, n, mean.toFixed(3), min.toFixed(3), stdev.toFixed(3));
    }
    for (const { agent_id_base, n_observations } of agents_skipped_thin_sample) {
      console.log(`  ${agent_id_base.padEnd(30)}too few to say: ${n_observations}`);
    }
  }
  const skips = Object.entries(summary.replay_skips).map(([reason, count]) => `${count} ${reason}`);
  console.log(`\nnot replayed: ${skips.join(', ')}`);
  conclude(envelope);
}

function row(...[first, ...others]: readonly (string | number)[]): void {
  console.log(`  ${String(first).padEnd(30)}${others.map((cell) => String(cell).padStart(10)).join('')}`);
}

function conclude({ status, duration_seconds, result_uri, summary: { metrics } }: Envelope<unknown>): void {
  console.log(`\n${status} in ${duration_seconds} s, ${metrics.emitted} metric datapoints`);
  for (const reason of new Set(metrics.skipped.map((skipped) => skipped.reason))) {
    console.log(`metrics held back: ${reason} (the fixtures are of July 2026)`);
  }
  console.log(`the whole result: ${result_uri.replace(`${out}/`, 'out/')}\n`);
}
