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
    readonly verdict: string;
    readonly verdicts: Readonly<Record<string, string>>;
    readonly out_of_sample: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
    readonly baseline: number;
    readonly optimal: number | null;
  }[];
  readonly controls: {
    readonly status: string;
    readonly positive: { readonly tested: readonly string[]; readonly failed: readonly object[] };
    readonly negative: { readonly tested: number; readonly failed: readonly object[] };
  };
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

type Agent = Counterfactual['per_agent'][number];

const ANSWERS: Readonly<Record<string, string>> = { explained: 'yes', not_explained: 'no' };
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
  const ofKind = (kind: string) => summary.per_agent.filter((agent) => agent.kind === kind);
  fitRow('agent', 'rows', 'match', 'unseen', 'interval', 'base', 'best', 'explained');
  for (const agent of ofKind('llm')) agentRow(agent);
  for (const { agent_id_base, skip_reason } of summary.agents_skipped_thin_sample) {
    console.log(`${agent_id_base.padEnd(28)}not fitted: ${skip_reason}`);
  }
  console.log('\ncontrols, deterministic agents that a rule should reproduce:');
  for (const agent of ofKind('deterministic')) agentRow(agent);
  const { status, positive, negative } = summary.controls;
  const found = positive.tested.length - positive.failed.length;
  console.log(
    `controls ${status}: ${found} rules found of ${positive.tested.length}; of ${negative.tested} fits to shuffled labels ${negative.failed.length} explained`,
  );
  const others = summary.per_agent.flatMap(({ agent_id_base, verdict, verdicts }) => {
    const rules = Object.keys(verdicts).filter((rule) => verdicts[rule] === 'explained');
    return verdict === 'explained' || rules.length === 0 ? [] : [`${agent_id_base} (${rules.join(', ')})`];
  });
  if (others.length > 0) console.log('explained by other rules than the tree:');
  for (const other of others) console.log(`  ${other}`);
  console.log('\nmatch: share of the rows it was fitted to that the tree reproduces (sector_qual has noise)');
  console.log('unseen, interval: the same of rows of runs it has not seen, and what that may be');
  console.log('base: share of the commonest decision; best: match of the best tree of this depth');
  console.log('explained: whether the whole interval is clear of threshold and base');
  conclude(envelope);
}

function agentRow({ agent_id_base, n_samples, match_rate, verdict, ...worth }: Agent): void {
  const { out_of_sample, lower, upper, baseline, optimal } = worth;
  const interval = lower === null || upper === null ? '–' : `${lower.toFixed(2)}–${upper.toFixed(2)}`;
  const [unseen, best] = [out_of_sample, optimal].map((share) => share?.toFixed(3) ?? '–');
  const shares = [match_rate.toFixed(3), unseen ?? '–', interval, baseline.toFixed(3), best ?? '–'];
  fitRow(agent_id_base, n_samples, ...shares, ANSWERS[verdict] ?? 'unclear');
}

/** 80 characters. */
function fitRow(agent: string, ...cells: readonly (string | number)[]): void {
  const widths = [5, 6, 7, 11, 6, 6, 10];
  const line = cells.map((cell, index) => String(cell).padStart(widths[index] as number));
  console.log(`${agent.padEnd(28)}${line.join('')}`);
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
