import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type Action } from '../../src/results/advice.ts';
import { usd } from '../../src/shared/numbers.ts';
import { summaryLines } from '../../src/terminal/summary.ts';
import { plain } from '../terminal/plain.ts';
import { copyOf, fixtureRun } from './fixture-run.ts';
import { captures, corpusOf, ofFamily, originalModel, promptOf, rendered } from './model.ts';
import { FIXTURE_ARGS, filesUnder, type Json, RECORDED, readJson, run, temporaryFolder } from './program.ts';
import { job, lineOf, RUN_ID, serve } from './replaying.ts';

const RUN = `_replay_runs/${RUN_ID}`;
/** Few families: quick to fit. */
const FEW = ['--agents', 'thinktank_thesis,macro_economist,executor:risk_guard'];

async function place() {
  const { path, uri } = await copyOf(await fixtureRun('counterfactual'), 'fits');
  const args = [...FIXTURE_ARGS, '--out', uri];
  return {
    path,
    uri,
    counterfactual: (...more: string[]) => run(['counterfactual', ...args, ...FEW, ...more]),
    concordance: (...more: string[]) => run(['concordance', ...args, ...FEW, ...RECORDED, ...more]),
    report: (...more: string[]) => run(['report', '--out', uri, ...more]),
    html: () => readFile(join(path, RUN, 'report.html'), 'utf8'),
  };
}

async function change(path: string, key: string, make: (file: Json) => void): Promise<void> {
  const file = await readJson(path, key);
  make(file);
  await writeFile(join(path, key), JSON.stringify(file));
}

describe('the report', () => {
  beforeAll(async () => {
    await fixtureRun('counterfactual');
  });

  it('ends every ordinary run, over all jobs of its key, and is named in the envelope', async () => {
    const { path, uri, counterfactual, concordance, report, html } = await place();
    const first = await counterfactual();
    expect(first.envelope).toMatchObject({ status: 'OK', report_uri: `${uri}/${RUN}/report.html` });
    expect(await readJson(path, `${RUN}/counterfactual.json`)).toMatchObject({
      report_uri: first.envelope.report_uri,
      making: {
        settings: { job: 'counterfactual', windowDays: 56, maxDepth: 3 },
        versions: { 'replay-batch': expect.any(String), node: process.version },
        steps: ['list artifacts', 'read artifacts', 'fit rules', 'write tables', 'write report'].map(
          (step) => ({
            step,
            items: expect.any(Number),
            seconds: expect.any(Number),
          }),
        ),
      },
    });
    expect(await html()).not.toContain('claude-haiku-4-5 agrees');
    expect((await concordance()).envelope.report_uri).toBe(first.envelope.report_uri);
    const both = await html();
    expect(both).toContain('claude-haiku-4-5 agrees');
    expect(both).toContain('decides the same in');

    const again = await report();
    expect(again.code).toBe(0);
    expect(again.envelope).toMatchObject({
      status: 'OK',
      job: 'report',
      run_id: RUN_ID,
      result_uri: `${uri}/${RUN}/report.json`,
      report_uri: first.envelope.report_uri,
      summary: { run_key: RUN_ID, jobs: ['counterfactual', 'concordance'], unreadable: [] },
    });
    expect((await readJson(path, `${RUN}/report.json`)).advice).toEqual(again.envelope.advice);
    expect(await html()).toContain(again.envelope.advice[6].reason);
    expect((await readJson(path, `${RUN}/report.json`)).making.settings.job).toBe('report');
  });

  it('gives the advice that stands in its file and on the terminal, anew after each job', async () => {
    const { path, counterfactual, concordance, html } = await place();
    const told = async (job: () => ReturnType<typeof counterfactual>) => {
      const { envelope } = await job();
      const { agents } = await readJson(path, `${RUN}/advice.json`);
      expect(agents).toHaveLength(8);
      expect(agents.map(({ previous, ...one }: Json) => one)).toEqual(envelope.advice);
      const page = (await html()).replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
      const lines = summaryLines(envelope, { width: 500, paint: plain });
      for (const { agent, action, reason, cost_per_month_usd: cost } of agents) {
        const costs = cost === null ? '' : ` It costs ${usd(cost)} a month.`;
        expect(lines.find((line) => line.startsWith(`${agent} `) && line.endsWith(reason + costs))).toContain(
          ` ${ACTIONS[action as Action]}. `,
        );
        expect(page).toContain(`${ACTIONS[action as Action]} ${reason}`);
      }
      return agents;
    };
    const first = await told(counterfactual);
    const second = await told(concordance);
    expect(first[6].reason).toBe('Not settled: rule undecided, no cheaper model measured.');
    expect(second[6].reason).toBe('Not settled: rule undecided, cheaper model undecided.');
    // What an agent costs is known without a replay.
    const costs = ({ cost_per_month_usd: cost, decisions_per_month: n }: Json) => [cost, n];
    expect(first[6].cost_per_month_usd).toBeGreaterThan(0);
    expect(second.map(costs)).toEqual(first.map(costs));
  });

  it('is not written where it is not wanted, or nothing is', async () => {
    const { path, counterfactual, report } = await place();
    expect((await counterfactual('--dry-run')).envelope.report_uri).toBeNull();
    const { envelope } = await counterfactual('--no-report');
    expect(envelope).toMatchObject({ status: 'OK', report_uri: null });
    expect(envelope.report_error).toBeUndefined();
    expect(await filesUnder(path)).not.toContain(`${RUN}/report.html`);
    expect((await readJson(path, `${RUN}/advice.json`)).agents).toMatchObject(envelope.advice);
    const dry = await report('--dry-run');
    expect(dry.envelope).toMatchObject({ status: 'OK', report_uri: null, result_uri: null });
    expect(dry.envelope.summary.jobs).toEqual(['counterfactual']);
    expect(await filesUnder(path)).not.toContain(`${RUN}/report.html`);
  });

  it('costs nothing but itself when it cannot be written', async () => {
    const { path, counterfactual, report } = await place();
    await mkdir(join(path, RUN, 'report.html'), { recursive: true });
    const { code, envelope } = await counterfactual();
    expect(code).toBe(0);
    expect(envelope).toMatchObject({ status: 'PARTIAL', report_uri: null, report_error: expect.any(String) });
    expect(envelope.summary.agents_analyzed).toBe(3);
    expect((await readJson(path, `${RUN}/advice.json`)).agents).toMatchObject(envelope.advice);
    expect(await readJson(path, `${RUN}/counterfactual.json`)).toMatchObject({ status: 'PARTIAL' });
    expect(await report()).toMatchObject({ code: 1, envelope: { status: 'ERROR', report_uri: null } });
  });

  it('is made of files of an older version, and says which it cannot read', async () => {
    const { path, counterfactual, concordance, report, html } = await place();
    await counterfactual('--no-report');
    await concordance('--no-report');
    await change(path, `_counterfactual/thinktank_thesis/${RUN_ID}.json`, (file) => delete file.wrong_rows);
    await change(path, `_replay_summary/${RUN_ID}_claude-haiku-4-5.json`, (file) => {
      for (const agent of file.per_agent) delete agent.cost_per_decision;
    });
    for (const name of ['counterfactual', 'concordance']) {
      await change(path, `${RUN}/${name}.json`, (file) => {
        delete file.making;
        delete file.lists.worst_disagreements;
      });
    }
    expect((await report()).envelope).toMatchObject({ status: 'OK', summary: { unreadable: [] } });
    expect(await html()).toContain('decides the same in');

    const broken = `_counterfactual/thinktank_thesis/${RUN_ID}.json`;
    await change(path, broken, (file) => {
      file.evaluation.rules.tree.verdict = 'perhaps';
    });
    // Whether input is old enough to be acted on could not be told.
    const dateless = `_counterfactual/macro_economist/${RUN_ID}.json`;
    await change(path, dateless, (file) => {
      file.newest_input_date = 'soon';
    });
    const { envelope } = await report();
    expect(envelope.status).toBe('PARTIAL');
    expect(envelope.summary.unreadable).toHaveLength(2);
    expect(envelope.summary.unreadable).toEqual(
      expect.arrayContaining([
        { key: broken, error: expect.stringContaining('evaluation.rules.tree.verdict') },
        { key: dateless, error: expect.stringContaining('newest_input_date') },
      ]),
    );
    expect(await html()).toContain(broken);
  });

  it('says of a run that failed that it did', async () => {
    const { uri } = await temporaryFolder();
    await run(['counterfactual', '--corpus', 'file:///nowhere', '--out', uri, '--run-key', 'failed']);
    const { code, envelope } = await run(['report', '--out', uri, '--run-key', 'failed']);
    expect(code).toBe(1);
    expect(envelope.error).toContain('_replay_runs/failed/counterfactual.json: the run ended ERROR: listing');
  });

  it('is asked for in vain where no run is', async () => {
    const { path, uri } = await temporaryFolder();
    const { code, envelope } = await run(['report', '--out', uri]);
    expect(code).toBe(1);
    expect(envelope.error).toMatch(/expected a finished run .* run counterfactual or concordance/);
    const nope = await run(['report', '--out', uri, '--run-key', 'nope']);
    expect([nope.code, nope.envelope.result_uri]).toEqual([1, null]);
    expect(await filesUnder(path)).toEqual([]);
    const nowhere = await run(['report', '--out', `${uri}/nowhere`]);
    expect(nowhere.code).toBe(1);
    expect(nowhere.envelope.error).toContain('expected a folder at');
    expect((await filesUnder(path)).filter((file) => file.startsWith('nowhere'))).toEqual([]);
  });
});

describe('what a report shows of replays', () => {
  it('are the worst disagreements, side by side, and the costs of both', async () => {
    const all = rendered(ofFamily(captures(), 'thinktank_thesis')).filter(
      ({ json }) => !/dry.run/i.test(JSON.stringify(json)),
    );
    const prices = { 'claude-haiku-4-5': { input: 1, output: 5 } };
    const metered = all.map((one, index) => ({
      ...one,
      json: { ...one.json, model_metadata: { model_name: 'kimi', cost_usd: (index + 1) / 100 } },
    }));
    const otherwise = (answer: Json, key: string) => {
      const planted = all.findIndex((one) => one.key === key);
      if (planted >= 5) return answer;
      const stance = answer.stance === 'avoid' ? 'attractive' : 'avoid';
      // Two are further off than the others.
      return planted === 1 || planted === 3
        ? { ...answer, stance, rating: (answer.rating + 50) % 100 }
        : { ...answer, stance };
    };
    const server = await serve({
      answer: originalModel(metered, (answer, { key }) => otherwise(answer, key)),
      prices,
    });
    const { run: start, out, summary } = await job(server, await corpusOf(metered));
    await start();
    const { lists } = await readJson(out, `${RUN}/concordance.json`);
    expect(lists.worst_disagreements).toHaveLength(3);
    const keys = lists.worst_disagreements.map((one: Json) => one.artifact_key);
    const planted = all.slice(0, 5).map(({ key }) => key);
    const scores = lists.worst_disagreements.map((one: Json) => one.agreement);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => a - b));
    expect(new Set(keys.slice(0, 2))).toEqual(new Set([planted[1], planted[3]]));
    expect(keys[2]).toBe([planted[0], planted[2], planted[4]].toSorted().at(-1));
    for (const one of lists.worst_disagreements) {
      const captured = metered.find(({ key }) => key === one.artifact_key);
      const { stance, rating, conviction } = captured?.json.agent_output.thesis ?? {};
      expect(one).toMatchObject({
        target_model: 'claude-haiku-4-5',
        agent_id_base: 'thinktank_thesis',
        original_model: 'kimi',
        original_decision: { stance, rating, conviction },
        replay_decision: { conviction },
        prompt: { system: null, user: { text: captured?.json.full_prompt_context.user_prompt, cut: 0 } },
      });
      expect(one.replay_decision.stance).not.toBe(stance);
    }
    const { n, cost_per_decision: cost, replay_usd } = lineOf(await summary(), 'thinktank_thesis');
    const mean = metered.reduce((sum, { json }) => sum + json.model_metadata.cost_usd, 0) / n;
    expect(n).toBe(all.length);
    expect(cost.original).toEqual({ usd: expect.closeTo(mean, 10), n });
    expect(cost.target).toEqual({ usd: expect.closeTo(replay_usd / n, 10), n });
    // Its first capture is of ten days before the window ends.
    expect(cost.decisions_per_month).toBeCloseTo((n / 10) * 30, 10);
    expect(cost.saving_per_month_usd).toBeCloseTo((mean - replay_usd / n) * (n / 10) * 30, 10);
    expect(server.requests.length).toBe(n);
    expect(promptOf(server.requests[0]?.body as never)).toContain('What is your decision?');
  });
});
