import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { FAMILIES } from '../../src/agents/registry.ts';
import { copyOf, type FixtureRun, fixtureRun } from './fixture-run.ts';
import {
  FIXTURE_ARGS,
  FIXTURES,
  FIXTURES_END,
  filesUnder,
  type Json,
  readJson,
  run,
  temporaryFolder,
  writeObjects,
} from './program.ts';

const ARGS = ['counterfactual', ...FIXTURE_ARGS];
/** Quick to fit, an agent and a control. */
const FEW = ['--agents', 'macro_economist,executor:risk_guard'];

let whole: FixtureRun;
beforeAll(async () => {
  whole = await fixtureRun('counterfactual');
});

/** A document without what may differ between two runs over the same window. */
function timeless(document: Json): Json {
  const { computed_at, duration_seconds, ...rest } = document;
  return rest;
}

describe('counterfactual over the fixtures', () => {
  it('analyses every family, accounts for every artifact and finds the planted rules', async () => {
    const { code, envelope, out } = whole;
    expect(code).toBe(0);
    expect(envelope.status).toBe('OK');
    const { summary } = envelope;

    expect(Object.keys(summary.per_family).sort()).toEqual(FAMILIES.map(({ id }) => id).sort());
    for (const [family, counts] of Object.entries<Json>(summary.per_family)) {
      expect(counts.loaded, family).toBe(counts.listed);
      expect(counts.rows, family).toBeGreaterThan(0);
    }
    expect(summary.load_failures.count).toBe(0);
    expect(summary.agents_skipped_thin_sample).toEqual([]);
    expect(summary.agents_unsupported.length).toBeGreaterThan(0);

    const subjects = FAMILIES.flatMap(({ captured }) => captured.subjects.map(({ id }) => id));
    const reported = summary.per_agent.map((agent: Json) => agent.agent_id_base);
    expect(reported).toEqual(subjects.filter((id) => reported.includes(id)));

    for (const agent of summary.per_agent) {
      // Planted with noise, as fixtures/README.md says.
      if (agent.agent_id_base === 'sector_qual') continue;
      const bar = agent.kind === 'llm' ? 0.97 : 0.95;
      expect(agent.match_rate, agent.agent_id_base).toBeGreaterThanOrEqual(bar);
    }
    expect(await readJson(out, '_replay_runs/2607110900/counterfactual.json')).toMatchObject(envelope);
  });

  it('writes analyses of agents and of controls apart, with latest.json for agents only', async () => {
    const { envelope, out } = whole;
    const files = await filesUnder(out);
    for (const { agent_id_base, kind, analysis_key } of envelope.summary.per_agent) {
      const folder = kind === 'llm' ? '_counterfactual' : '_counterfactual_controls';
      expect(analysis_key).toBe(`${folder}/${agent_id_base}/2607110900.json`);
      expect(files).toContain(analysis_key);
      expect(files.includes(`${folder}/${agent_id_base}/latest.json`)).toBe(kind === 'llm');
    }
    const latest = await readJson(out, '_counterfactual/ic_cio/latest.json');
    const analysis = await readJson(out, '_counterfactual/ic_cio/2607110900.json');
    expect(latest).toEqual({ ...analysis, artifact_key: '_counterfactual/ic_cio/2607110900.json' });
    expect(analysis).toMatchObject({
      schema_version: 2,
      agent_id_base: 'ic_cio',
      run_id: '2607110900',
      window_start: '2026-05-17',
      window_end: '2026-07-11',
      max_depth: 3,
      feature_set: 'captured',
      n_classes: 2,
      newest_input_date: expect.stringMatching(/^2026-0[67]-\d\d$/),
    });
  });

  it('gives the same files again, times aside, whatever the number of threads', async () => {
    const { path, uri } = await temporaryFolder();
    await run([...ARGS, ...FEW, '--out', uri, '--threads', '3', '--load-concurrency', '5']);
    const files = await filesUnder(path);
    expect(await filesUnder(whole.out)).toEqual(expect.arrayContaining(files));
    const analyses = files.filter((key) => key.startsWith('_counterfactual'));
    // Of the agent there is latest.json, too.
    expect(analyses).toHaveLength(3);
    for (const key of analyses) {
      expect(timeless(await readJson(path, key)), key).toEqual(timeless(await readJson(whole.out, key)));
    }
  });

  it('writes and emits nothing on a dry run', async () => {
    const { path, uri } = await temporaryFolder();
    const { code, envelope } = await run([...ARGS, ...FEW, '--out', uri, '--dry-run']);
    expect(code).toBe(0);
    expect(envelope).toMatchObject({ status: 'OK', result_uri: null, summary: { agents_analyzed: 2 } });
    expect(await filesUnder(path)).toEqual([]);
  });

  it('reads only the families asked for, and only the newest when capped', async () => {
    const { uri } = await temporaryFolder();
    const args = ['--agents', 'ic_cio,executor:risk_guard', '--max-artifacts-per-agent', '3'];
    const { envelope } = await run([...ARGS, '--out', uri, ...args]);
    const { per_family, not_listed } = envelope.summary;
    expect(Object.keys(per_family).sort()).toEqual(['executor:risk_guard', 'ic_cio']);
    expect(per_family.ic_cio.listed).toBe(3);
    expect(not_listed.capped.ic_cio).toBeGreaterThan(0);
    expect(not_listed.not_requested.sector_quant).toBeGreaterThan(0);
  });

  it('is OK over an empty window', async () => {
    const { uri } = await temporaryFolder();
    const args = ['--out', uri, '--end-time-iso', '2020-01-01'];
    const { code, envelope } = await run([...ARGS.slice(0, 3), ...args]);
    expect(code).toBe(0);
    expect(envelope).toMatchObject({
      status: 'OK',
      summary: { artifacts_discovered: 0, agents_analyzed: 0, agents_skipped_thin_sample: [] },
    });
  });

  it('fits only what the originals did with --features original', async () => {
    const { uri } = await temporaryFolder();
    const { envelope } = await run([...ARGS, '--out', uri, '--features', 'original']);
    const { per_agent, agents_skipped_thin_sample, agents_unsupported } = envelope.summary;
    const seen = [...per_agent, ...agents_skipped_thin_sample].map(
      ({ agent_id_base }: Json) => agent_id_base,
    );
    expect(seen.sort()).toEqual(['ic_cio', 'macro_economist']);
    expect(agents_unsupported).toEqual(expect.arrayContaining(['sector_quant', 'executor:risk_guard']));
  });
});

describe('counterfactual when something fails', () => {
  it('is ERROR 1 when the corpus is not there, also the second time', async () => {
    const { path, uri } = await temporaryFolder();
    for (const attempt of [1, 2]) {
      const { code, envelope } = await run(['counterfactual', '--corpus', `${uri}/absent`]);
      expect(code, `attempt ${attempt}`).toBe(1);
      expect(envelope).toMatchObject({ status: 'ERROR', error: expect.stringContaining('absent') });
    }
    expect(await filesUnder(path)).toEqual([]);
  });

  it('is ERROR 1 when nothing at all can be written', async () => {
    const { path, uri } = await temporaryFolder();
    await writeObjects(path, { out: 'a file where the folder should be' });
    const { code, envelope } = await run([...ARGS, '--out', `${uri}/out`, '--agents', 'macro_economist']);
    expect(code).toBe(1);
    expect(envelope).toMatchObject({ status: 'ERROR', result_uri: null });
    expect(envelope.error).toContain('a file stands where the key needs a folder');
    expect(envelope.summary.per_agent[0].match_rate).toBeGreaterThan(0);
  });

  it('is ERROR 1 when every artifact is broken, and lists them in the result object', async () => {
    const { path, uri } = await temporaryFolder();
    const keys = Array.from({ length: 30 }, (_, n) => `2026/07/11/ic_cio/run-${n}.json`).sort();
    await writeObjects(path, Object.fromEntries(keys.map((key) => [key, '{'])));
    const { code, envelope } = await run(['counterfactual', '--corpus', uri, '--end-time-iso', FIXTURES_END]);
    expect(code).toBe(1);
    expect(envelope.status).toBe('ERROR');
    expect(envelope.summary.load_failures.sample).toHaveLength(20);
    const result = await readJson(path, '_replay_runs/2607110900/counterfactual.json');
    expect(result.lists.load_failures.map(({ key }: Json) => key)).toEqual(keys);
  });

  it('is PARTIAL when one agent cannot be written, and the rest goes out', async () => {
    const { path, uri } = await copyOf(whole);
    await rm(join(path, '_counterfactual/ic_cio'), { recursive: true });
    await writeFile(join(path, '_counterfactual/ic_cio'), 'a file where a folder is needed');
    const { code, envelope } = await run([...ARGS, '--out', uri]);
    expect(code).toBe(0);
    expect(envelope.status).toBe('PARTIAL');
    expect(envelope.summary.write_failures.count).toBe(1);
    const agents = Object.fromEntries(
      envelope.summary.per_agent.map((agent: Json) => [agent.agent_id_base, agent.analysis_key]),
    );
    expect(agents.ic_cio).toBeNull();
    expect(agents.sector_quant).not.toBeNull();
  });

  it('ends with 143 on SIGTERM and 130 on SIGINT, with a result object that says so', async () => {
    for (const [signal, expected] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const { path, uri } = await temporaryFolder();
      const { code, envelope } = await run([...ARGS, '--out', uri], {
        onStart: (child) => child.stderr?.once('data', () => child.kill(signal)),
      });
      expect(code).toBe(expected);
      expect(envelope.status).toBe('INTERRUPTED');
      const result = await readJson(path, '_replay_runs/2607110900/counterfactual.json');
      expect(result.status).toBe('INTERRUPTED');
    }
  });

  it('leaves one envelope behind also when two signals come at once, or one before it is ready', async () => {
    const { uri } = await temporaryFolder();
    const twice = await run([...ARGS, '--out', uri], {
      onStart: (child) =>
        child.stderr?.once('data', () => {
          child.kill('SIGINT');
          child.kill('SIGTERM');
        }),
    });
    expect([130, 143]).toContain(twice.code);
    expect(twice.envelope.status).toBe('INTERRUPTED');
    // Before Node has read the first line of the program nobody can leave an envelope.
    let early = 0;
    for (let delay = 100; delay < 600; delay += 100) {
      const { code, envelope } = await run([...ARGS, '--out', uri], {
        onStart: (child) => setTimeout(() => child.kill('SIGTERM'), delay),
      });
      expect([null, 143, 0]).toContain(code);
      if (code === 143) early += 1;
      if (code !== null) expect(envelope.status).toBe(code === 143 ? 'INTERRUPTED' : 'OK');
    }
    expect(early).toBeGreaterThan(0);
  });

  it('keeps the corpus as it was', async () => {
    const { path, uri } = await temporaryFolder();
    await cp(fileURLToPath(FIXTURES), join(path, 'corpus'), { recursive: true });
    const before = await filesUnder(join(path, 'corpus'));
    const uris = ['--corpus', `${uri}/corpus`, '--out', `${uri}/out`];
    await run(['counterfactual', ...uris, '--end-time-iso', FIXTURES_END, ...FEW]);
    expect(await filesUnder(join(path, 'corpus'))).toEqual(before);
  });
});
