import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS } from '../../scripts/schemas.ts';
import { Files } from '../../src/publish/files.ts';
import { emitMetrics } from '../../src/publish/metrics.ts';
import { publish } from '../../src/publish/publish.ts';
import { publishResult } from '../../src/publish/result.ts';
import { summarise } from '../../src/replay/counterfactual/outcome.ts';
import { adviceBefore, readPastRuns } from '../../src/report/history.ts';
import { writeFiles } from '../../src/report/write-files.ts';
import { fitAndEvaluate } from '../../src/rules/evaluation/evaluated-fit.ts';
import { MAX_EVALUATED_ROWS } from '../../src/rules/evaluation/evaluated-rows.ts';
import { treeLearner } from '../../src/rules/evaluation/learner.ts';
import { missingForReplace } from '../../src/rules/evaluation/missing.ts';
import { permutationTest } from '../../src/rules/evaluation/permutation.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { PACKAGE_VERSION } from '../../src/shared/version.ts';
import { openStore } from '../../src/store/open.ts';
import { fixtureRun } from '../e2e/fixture-run.ts';
import { type Captured, captures, corpusOf, ofFamily, originalModel, promptOf } from '../e2e/model.ts';
import { filesUnder, temporaryFolder, writeObjects } from '../e2e/program.ts';
import { serve } from '../e2e/replaying.ts';
import { runJob } from '../replay/run-job.ts';
import { REAL_ANALYSIS } from '../report/real.ts';
import { sampleReport } from '../report/sample.ts';
import { type AnthropicServer, reply } from '../servers/anthropic.ts';
import { CAPTURED, MODELS, TARGETS } from './three-targets.ts';
import { keysIn, keysOf } from './walk.ts';

type Name = keyof typeof DOCUMENTS;

/** Which document a file holds; several where it has a row on each line. */
const FILES: readonly (readonly [RegExp, Name])[] = [
  [/^_counterfactual(_controls)?\/.*\/latest\.json$/, 'analysis-latest'],
  [/^_counterfactual(_controls)?\//, 'analysis'],
  [/^_replay_summary\/latest\.json$/, 'summary-latest'],
  [/^_replay_summary\//, 'summary'],
  [/^_replay\//, 'replay'],
  [/^_cost_raw\//, 'cost-row'],
  [/^_metrics\//, 'metrics-row'],
  [/^_replay_runs\/(.*\/advice|latest)\.json$/, 'advice'],
  [/^_replay_runs\/.*\.summary\.json$/, 'envelope'],
  [/^_replay_runs\/.*\.json$/, 'result'],
];
/** What is kept for the next run, and what people open. */
const NO_DOCUMENTS = /^_(rules|replay_(cache|shards|batches))\/|\.html$|\.metrics\.\d+\.json$/;

/** Keys that occurred. */
const seen = new Map<unknown, Set<string>>();

/** Every key of the document is one of its schema, under which it is written. */
function check(name: Name, value: unknown, where: string): void {
  const document = DOCUMENTS[name];
  expect(document.safeParse(value).error, where).toBeUndefined();
  for (const { field, name: key } of keysIn(document, value)) {
    seen.set(field, (seen.get(field) ?? new Set()).add(key));
  }
}

/** A table has the columns that are declared, and says its versions. */
async function checkTable(root: string, key: string): Promise<void> {
  const [, name, agent] =
    /^_tables\/(\w+)\/(?:agent=([^/]+)\/)?run_id=\d{10}\/[\w-]+\.parquet$/.exec(key) ?? [];
  const file = JSON.parse(await readFile(`schemas/table-${name}.json`, 'utf8'));
  const subject = Object.keys(file.columns_by_agent ?? {}).find((id) => id.replaceAll(':', '-') === agent);
  const declared = [...file.columns, ...(subject ? file.columns_by_agent[subject] : [])];
  const { buffer, byteOffset, byteLength } = await readFile(join(root, key));
  const found = parquetMetadata((buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength));
  const [, ...columns] = found.schema;
  const typeOf = ({ type, logical_type }: (typeof columns)[number]) =>
    type === 'DOUBLE' || type === 'BOOLEAN' ? type : logical_type?.type;
  expect(
    columns.map((one) => ({
      name: one.name,
      type: typeOf(one),
      nullable: one.repetition_type === 'OPTIONAL',
    })),
    key,
  ).toEqual(declared.map(({ name, type, nullable }) => ({ name, type, nullable })));
  const versions = Object.fromEntries((found.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
  expect(versions).toEqual({ table: name, schema_version: '1', program_version: PACKAGE_VERSION });
}

async function checkFiles(root: string): Promise<Set<Name>> {
  const found = new Set<Name>();
  for (const key of await filesUnder(root)) {
    if (NO_DOCUMENTS.test(key)) continue;
    if (key.startsWith('_tables/')) {
      await checkTable(root, key);
      continue;
    }
    const [, name] = FILES.find(([form]) => form.test(key)) ?? [];
    if (!name) throw new Error(`expected a schema of ${key}, found none`);
    const text = await readFile(join(root, key), 'utf8');
    const documents = name.endsWith('-row') ? text.split('\n').filter(Boolean) : [text];
    for (const one of documents) check(name, JSON.parse(one), key);
    found.add(name);
  }
  return found;
}

describe('every file of a run over the fixtures is of its schema, and has no other key', () => {
  it.each(['counterfactual', 'concordance'] as const)('%s', { timeout: 300_000 }, async (job) => {
    const { out, envelope } = await fixtureRun(job);
    expect(await checkFiles(out)).toContain('result');
    check('envelope', envelope, 'stdout');
  });
});

const THESES = ofFamily(CAPTURED, 'thinktank_thesis');
const FEW = [...THESES, ...ofFamily(CAPTURED, 'ic_cio', 'sector_qual').slice(0, 12)];
const ENVELOPE = { status: 'OK', job: 'j', duration_seconds: 1, result_uri: null, report_uri: null };

/** What a job came to, in this process, and the files that it left. */
async function checkJob(
  what: string,
  args: readonly string[],
  server?: AnthropicServer,
  env: NodeJS.ProcessEnv = {},
) {
  const out = await temporaryFolder();
  const given = args.includes('--out') ? args : [...args, '--out', out.uri];
  const { envelope } = await runJob(given, {
    env: { RUN_DATE: '2026-07-10', ...server?.environment, ...env },
  });
  const { run_id, status, error, summary, lists } = envelope;
  const whole = { ...ENVELOPE, run_id, status, error, summary, lists };
  check('result', JSON.parse(JSON.stringify(whole)), what);
  await checkFiles(out.path);
  return { ...envelope, out };
}

describe('what occurs in few runs is of its schema, too', { timeout: 300_000 }, () => {
  it('several targets, one of them dead, a ceiling, failures of every kind', async () => {
    const [broken] = THESES as [Captured];
    const modelOf = ({ json }: Captured) => json.model_metadata.model_name;
    const missing = modelOf(ofFamily(FEW, 'ic_cio')[0] as Captured);
    const others = FEW.map(modelOf).filter((model) => model !== missing);
    const refused = new Set(FEW.slice(1, 4).map(({ json }) => json.full_prompt_context.user_prompt));
    const server = await serve({
      ...MODELS,
      models: [TARGETS[0], TARGETS[1], ...others],
      answer: (request) => {
        if (refused.has(promptOf(request))) return reply({ stopReason: 'refusal', content: [] });
        return MODELS.answer?.(request);
      },
    });
    const corpus = await corpusOf([{ ...broken, json: '{' }, ...FEW.slice(1)]);
    const args = ['concordance', ...corpus, '--allow-unpriced', '--include-tool-loops', '--ceiling', '80'];
    const aliases = ['--model-alias', [...new Set(others)].map((model) => `${model}=${model}`).join()];
    const targets = ['--target-models', `${TARGETS.join()},claude-gone`, ...aliases];
    const { summary, out } = await checkJob('targets', [...args, ...targets, '--persist-replays'], server);
    expect(summary.failed_targets).toHaveLength(2);
    expect(summary.paired_differences.count).toBeGreaterThan(0);
    await checkJob('plan', [...args, ...targets, '--stop-when-sure', '--dry-run'], server);
    const partition = { AWS_BATCH_JOB_ARRAY_INDEX: '0', ARRAY_SIZE: '2' };
    await checkJob('partition', ['concordance', ...corpus], server, partition);
    await checkJob('partition', ['counterfactual', ...corpus], undefined, partition);

    const single = ['single', ...corpus, '--no-persist', '--artifact-key'];
    await checkJob('single', [...single, (THESES[8] as Captured).key], server);
    await checkJob('single', [...single, (THESES[2] as Captured).key], server);
    await checkJob('single', [...single, (THESES[8] as Captured).key, '--target-model', TARGETS[1]], server);
    const rule = '2026/07/10/executor:risk_guard/x.json';
    await checkJob('single', ['single', ...corpus, '--artifact-key', rule]);
    expect((await filesUnder(out.path)).some((key) => key.startsWith('_replay/'))).toBe(true);
  });

  it('a day that the caller keys by', async () => {
    await checkJob('dated', ['counterfactual', ...(await corpusOf(THESES))]);
  });

  it('replays that stop, calls and loads that all fail', async () => {
    const corpus = await corpusOf(THESES);
    const args = ['concordance', ...corpus, '--interchangeable-threshold', '0.3'];
    const server = await serve({ answer: originalModel(THESES) });
    const { summary } = await checkJob('stop', [...args, '--stop-when-sure', '--stop-error', '0.3'], server);
    expect(summary.per_target[0].per_agent[0].stop.saved).toBeGreaterThan(0);
    const refusing = await serve({ faults: () => ({ status: 400, message: 'max_tokens: bad' }) });
    const three = await corpusOf(THESES.slice(0, 3));
    await checkJob('calls', ['concordance', ...three], refusing);
    const broken = await corpusOf(THESES.map((one) => ({ ...one, json: '{' })));
    await checkJob('loads', ['counterfactual', ...broken]);
  });

  it('rules: too deep for the exact tree, agents without a rule', async () => {
    const thin = [...ofFamily(captures(), 'thinktank_theme').slice(0, 14), ...THESES.slice(0, 3)];
    const { summary } = await checkJob('deep', [
      'counterfactual',
      ...(await corpusOf(thin)),
      '--max-depth',
      '5',
    ]);
    expect(summary.agents_skipped_thin_sample).toHaveLength(1);
  });

  it('what fails of a run: fits, controls, writes, metrics, the report', async () => {
    const failed = {
      ...REAL_ANALYSIS,
      kind: 'deterministic' as const,
      n_samples: 100,
      classes: [50, 50].map((n) => ({ label: 'x', n })),
      evaluation: {
        ...REAL_ANALYSIS.evaluation,
        runs: 20,
        rules: Object.fromEntries(
          Object.entries(REAL_ANALYSIS.evaluation.rules).map(([name, rule]) => [
            name,
            {
              ...rule,
              out_of_sample: rule.out_of_sample && { ...rule.out_of_sample, lift: 0 },
              negative_control: { ...rule.negative_control, preserved: 0, verdict: 'explained' as const },
            },
          ]),
        ) as typeof REAL_ANALYSIS.evaluation.rules,
      },
    };
    const out = await temporaryFolder();
    const uri = out.uri;
    const settings = readSettings(['counterfactual', '--corpus', uri], {}, new Date('2026-07-11'));
    const thin = { n_samples: 12, n_classes: 1, skip_reason: 'single_class' };
    const fault = [{ key: 'k', error: 'e' }];
    const run = { settings, window: { start: '2026-05-17', end: '2026-07-11' }, out: openStore(uri) };
    const data = [{ name: 'm', dimensions: { judged_agent_id: 'a' }, unit: 'None' as const, value: 1 }];
    const endTime = new Date();
    const windowEnd = endTime.toISOString().slice(0, 10);
    // Where a folder of metrics should be there is a file.
    const blocked = await temporaryFolder();
    await writeObjects(blocked.path, { _metrics: '' });
    const publication = { key: 'x', document: { run_id: '2607110000' }, hasLatest: false, series: 's' };
    const emission = await publish(
      {
        settings: { job: 'counterfactual', metrics: 'file', endTime },
        runId: '2607110000',
        window: { end: windowEnd },
        out: openStore(blocked.uri),
        now: endTime,
        signal: new AbortController().signal,
      },
      new Files(openStore(blocked.uri)),
      [{ ...publication, data: [{ agent: 'a', newestInput: windowEnd, data }] }],
    );
    expect(emission.error).toBeDefined();
    const outcome = summarise({
      run,
      listing: {
        entries: [{ family: { id: 'a', captured: {} } }],
        unknown: {},
        capped: {},
        notRequested: {},
        ignored: [],
      },
      loadFailures: [{ entry: { key: 'k' }, error: 'e' }],
      rows: { counts: new Map(), drops: [] },
      fits: [
        { subject: { id: 'a' }, fit: { decision: thin, companions: {} } },
        { subject: { id: 'b' }, fit: { decision: thin, companions: {}, error: 'infinite' } },
      ],
      analyses: [{ key: 'k', analysis: failed }],
      writeFailures: fault,
      emission,
    } as unknown as Parameters<typeof summarise>[0]);
    const report = { error: 'r' };
    const made = {
      settings,
      runId: '2607110000',
      startedAt: 0,
      making: { settings: {}, versions: {}, steps: [] },
    };
    const long = { ...outcome, report, status: 'ERROR' as const, error: 'e'.repeat(200_000) };
    const { envelope } = await publishResult(long, made, openStore(uri));
    expect(envelope.truncated).toBe(true);
    await emitMetrics([{ agent: 'a', newestInput: windowEnd, data }], 's', {
      settings: { job: 'counterfactual', metrics: 'file', endTime },
      runId: '2607110000',
      window: { end: windowEnd },
      out: openStore(uri),
      now: endTime,
      signal: new AbortController().signal,
    });
    expect(await checkFiles(out.path)).toContain('metrics-row');
  });

  it('what keeps a rule that explains an agent from replacing it', async () => {
    const out = await temporaryFolder();
    const forward = {
      match_rate: 0.9,
      needed: 0.85,
      rows: 90,
      runs: 10,
      newest: { match_rate: 0.5, rows: 36 },
    };
    const judged = {
      ...REAL_ANALYSIS.evaluation.rules.tree,
      verdict: 'explained' as const,
      walk_forward: forward,
    };
    const recalls = [
      { label: 'common', rows: 150, runs: 20, caught: 150, low: 0.95 },
      { label: 'rare', rows: 20, runs: 12, caught: 9, low: 0.2 },
      { label: 'seldom', rows: 3, runs: 3, caught: 3, low: null },
    ];
    const { verdict, reason, runs_needed, out_of_sample, walk_forward } = REAL_ANALYSIS.evaluation.rules.tree;
    const without = { verdict, reason, runs_needed, out_of_sample, walk_forward };
    const refitted = { ...without, verdict: 'inconclusive', inputs: ['prior_x'] };
    const missing_for_replace = missingForReplace(judged as never, recalls, 0.85, refitted as never);
    expect(missing_for_replace).toEqual([
      { reason: 'label_missed', label: 'rare', missed: 11, rows: 20 },
      { reason: 'label_rare', label: 'seldom', runs: 3 },
      { reason: 'newest_refuted', match_rate: 0.5 },
      { reason: 'own_output', inputs: ['prior_x'], match_rate: out_of_sample?.match_rate },
    ]);
    const missing = [...missing_for_replace, { reason: 'only_this_window', more_runs: 9 }];
    const columns = {
      features: [{ name: 'x' }],
      rows: Float64Array.from({ length: 40 }, (_, row) => row % 2),
    };
    const runsOf = Int32Array.from({ length: 40 }, (_, row) => row >> 1);
    const permutation = permutationTest(
      { ...columns, n: 40, runs: runsOf },
      Int32Array.from(columns.rows),
      2,
      treeLearner(1),
      { seed: 's', permutations: 9, maxRows: 100 },
    );
    const rules = Object.entries(REAL_ANALYSIS.evaluation.rules).map(([name, rule]) => [
      name,
      { ...rule, permutation, without_own_output: without, missing_for_replace: missing },
    ]);
    const evaluation = { ...REAL_ANALYSIS.evaluation, rules: Object.fromEntries(rules) };
    const earlier = {
      interval: { low: 0.8, high: 0.95, level: 0.95 },
      verdict: 'explained',
      match_rate: 0.9,
    };
    const prospective = {
      runs: [
        {
          run_id: '2606200900',
          window_start: '2026-04-26',
          window_end: '2026-06-20',
          age_days: 21,
          later_rows: 77,
          later_runs: 6,
          rules: { tree: earlier, logistic: earlier, exact: earlier },
        },
      ],
      not_applied: [{ run_id: '2606130900', reason: 'other_inputs' }],
    };
    const folder = join(out.path, '_counterfactual/a');
    await mkdir(folder, { recursive: true });
    const { wrong_rows: wrong } = REAL_ANALYSIS;
    const wrong_rows = { ...wrong, logistic: wrong?.tree };
    await writeFile(
      join(folder, '2607110900.json'),
      JSON.stringify({ ...REAL_ANALYSIS, evaluation, prospective, wrong_rows }),
    );
    expect(await checkFiles(out.path)).toContain('analysis');
  });

  it('numbers that rest on part of the rows', async () => {
    const out = await temporaryFolder();
    const n = MAX_EVALUATED_ROWS + 1;
    const labels = Int32Array.from({ length: n }, (_, row) => row % 2);
    const labelled = { features: [{ name: 'x' }], rows: Float64Array.from(labels), n, labels };
    const { fit } = fitAndEvaluate(
      { ...labelled, classes: ['no', 'yes'], maxDepth: 1 },
      { runs: labels.map((_, row) => Math.floor(row / 1000)) },
      { seed: 's', threshold: 0.85, margin: 0.2, level: 0.95, isControl: true },
    );
    const folder = join(out.path, '_counterfactual/a');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '2607110900.json'), JSON.stringify({ ...REAL_ANALYSIS, ...fit }));
    expect(await checkFiles(out.path)).toContain('analysis');
  });

  it('advice after that of an earlier run', async () => {
    const out = await temporaryFolder();
    for (const [runKey, windowEnd] of [
      ['a', '2026-07-04'],
      ['b', '2026-07-11'],
    ] as const) {
      const store = openStore(out.uri);
      const before = adviceBefore(await readPastRuns(store, windowEnd), windowEnd);
      await writeFiles(
        store,
        { ...sampleReport(), runKey, windowEnd, before },
        { hasReport: false, hasTables: false },
        () => {},
      );
    }
    expect(await checkFiles(out.path)).toEqual(new Set(['advice']));
  });

  it('a report that cannot read a file', async () => {
    const out = await temporaryFolder();
    await cp(new URL('../report/run', import.meta.url), out.path, { recursive: true });
    await writeFile(join(out.path, '_counterfactual/ic_cio/2607110900.json'), '{');
    const ended = JSON.stringify({ status: 'OK', run_id: '2607110900' });
    await writeFile(join(out.path, '_replay_runs/2607110900/concordance.summary.json'), ended);
    const { summary } = await checkJob('report', ['report', '--out', out.uri, '--dry-run']);
    expect(summary.unreadable).toHaveLength(1);
  });
});

it('every key of a schema occurs', () => {
  const missing = Object.values(DOCUMENTS)
    .flatMap((document) => keysOf(document))
    .filter(({ field, name }) => !seen.get(field)?.has(name));
  expect([...new Set(missing.map(({ path }) => path))]).toEqual([]);
});
