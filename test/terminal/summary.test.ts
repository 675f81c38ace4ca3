import { describe, expect, it } from 'vitest';
import type { Ended } from '../../src/terminal/ended.ts';
import { summaryLines } from '../../src/terminal/summary.ts';
import { FIXTURES, FIXTURES_END, run, temporaryFolder } from '../e2e/program.ts';
import { plain } from './plain.ts';

const RECORDINGS = new URL('../../fixtures/recordings', import.meta.url).pathname;
const PAGE = { width: 80, paint: plain };

/** Runs the program over the fixtures, and shows what a person is shown of its envelope. */
async function shown(...args: string[]): Promise<{ text: string; out: string }> {
  const { uri } = await temporaryFolder();
  const given = ['--corpus', FIXTURES, '--out', uri, '--end-time-iso', FIXTURES_END];
  const { envelope } = await run([...args, ...given]);
  const lines = summaryLines(envelope, PAGE);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  return { text: lines.join('\n'), out: uri };
}

/** Of a summary the parts that matter to a test. */
type PartlyEnded = Partial<Omit<Ended, 'summary'>> & { readonly summary?: object };

function textOf({ summary, ...ended }: PartlyEnded): string {
  const envelope: Ended = {
    status: 'OK',
    job: 'concordance',
    duration_seconds: 2,
    result_uri: 'file:///o/r.json',
    report_uri: null,
    ...ended,
    summary: summary as NonNullable<Ended['summary']>,
  };
  return summaryLines(envelope, PAGE).join('\n');
}

describe('what came out', () => {
  it('of report is the advice on every agent, and what is missing', () => {
    const unknown = {
      rule: null,
      target_model: null,
      cost_per_month_usd: null,
      decisions_per_month: null,
      saving_per_month_usd: null,
      newest_input_date: null,
    };
    const advice = [
      {
        ...unknown,
        agent: 'ic_cio',
        action: 'do_not_act' as const,
        reason: 'The controls failed.',
        caveats: [],
      },
      { ...unknown, agent: 'theme', action: 'wait' as const, reason: 'word '.repeat(20), caveats: [] },
    ];
    const unreadable = [{ key: 'a.json', error: 'expected JSON' }];
    const text = textOf({
      job: 'report',
      report_uri: 'file:///o/report.html',
      advice,
      summary: { unreadable },
    });
    expect(text).toContain(`\n\nic_cio  Do not act. The controls failed.\ntheme   Wait. word`);
    expect(text).toContain('word\n        word word');
    expect(text).toContain('missing  a.json: expected JSON\n');
    expect(text).toContain('report   file:///o/report.html\n');
  });

  it('names why there is no report', () => {
    expect(textOf({ status: 'PARTIAL', report_error: 'no room' })).toContain(
      'failed   advice or report: no room\n',
    );
  });

  it('of counterfactual is a row for every model, the controls, and where the result is', async () => {
    const { text, out } = await shown('counterfactual');
    expect(text).toMatch(
      /^counterfactual OK in [\d.]+ m?s\nwould a rule of depth 3 have decided the same\? 643 artifacts\n/,
    );
    expect(text).toMatch(/^agent +rows +match +unseen +interval +base +needs +the same$/m);
    expect(text).toMatch(/^sector_quant +802 +100% +99\.6% +73–100% +74% +24 +not known yet$/m);
    expect(text).not.toMatch(/^executor:/m);
    expect(text).toContain('controls passed: 5 of 5 known rules found, 0 of 1 shifted fits explained');
    expect(text).toMatch(/^left out 12 no selection call, /m);
    expect(text).toContain(`result   ${out}/_replay_runs/2607110900/counterfactual.json`);
    expect(text).toMatch(/^next {5}open the report; 6 verdicts not known yet: a longer --window-days/m);
  });

  it('of concordance is a row for every target and agent, and why the rest was not replayed', async () => {
    const { text } = await shown('concordance', '--transport', 'recorded', '--recordings', RECORDINGS);
    expect(text).toContain('90 of 640 captures replayed; paid $0');
    expect(text).toMatch(/^claude-haiku-4-5 +n +agree +interval +needs +saves\/mo +the same$/m);
    expect(text).toMatch(/^thinktank_thesis +48 +94% +64–98% +62 +\$3\.12 +not known yet$/m);
    expect(text).toContain('too few to say: macro_economist (2), ic_cio (1)');
    expect(text).toMatch(/^left out 310 deterministic, 102 tool loop, /m);
  });

  it('of a dry run is the plan with its prices', async () => {
    const { text } = await shown('concordance', '--dry-run');
    expect(text).toMatch(/^claude-haiku-4-5 +replays +cached +calls +messages +at most +batches +at most$/m);
    expect(text).toMatch(/^thinktank_theme +39 +0 +39 +\$0\.27 +\$1\.90 +\$0\.13 +\$0\.95$/m);
    expect(text).toContain('the\n  budget of $25.00 covers it');
    expect(text).toMatch(/^next {5}run it without --dry-run; --transport batches/m);
  });

  it('of single are the two decisions', async () => {
    const key = '2026/07/08/thinktank_theme/61d421d6d972-macro-macro-v4.json';
    const given = ['--artifact-key', key, '--transport', 'recorded', '--recordings', RECORDINGS];
    const { text } = await shown('single', ...given);
    expect(text).toMatch(/^captured \{ "stance": "negative", .* \(moonshotai\/kimi-k2\)$/m);
    expect(text).toMatch(/^replayed \{ "stance": "negative"/m);
    expect(text).toMatch(/^agree {4}100%; \$0$/m);
  });

  it('of a run that failed is what to do', async () => {
    const { envelope } = await run(['counterfactual', '--corpus', 'file:///nowhere', '--dry-run']);
    expect(summaryLines(envelope, PAGE).join('\n')).toMatch(
      /^counterfactual ERROR in .*\nerror {4}listing .*: expected a folder at \/nowhere, found\n {9}nothing; check the path, and what is mounted there$/,
    );
  });
});

describe('what to do next', () => {
  const budget = { budget_stopped: true, cost: { usd: 4.99 } };
  const target = (line: object) => ({
    cost: { usd: 0 },
    cache: { hits: 0 },
    n_artifacts_candidate: 40,
    n_artifacts_replayed: 40,
    per_target: [
      { target_model: 'm', per_agent: [{ ...AGREEMENT, ...line }], agents_skipped_thin_sample: [] },
    ],
  });

  it.each<[string, PartlyEnded, string]>([
    ['raises a budget', { status: 'PARTIAL', summary: budget }, 'after $4.99: with a higher --max-cost-usd'],
    [
      'names the list of what failed',
      { status: 'PARTIAL', summary: { replay_failures: { count: 2, sample: [{ reason: 'timeout' }] } } },
      'look at lists.replay_failures in the result',
    ],
    [
      'distrusts a run whose controls failed',
      {
        job: 'counterfactual',
        status: 'PARTIAL',
        summary: {
          per_agent: [],
          artifacts_loaded: 0,
          agents_skipped_thin_sample: [],
          controls: {
            status: 'failed',
            positive: { tested: ['a', 'b'], failed: [{ agent_id_base: 'b' }] },
            negative: { tested: 3, failed: [] },
          },
        },
      },
      'controls failed: 1 of 2 known rules found, 0 of 3 shifted fits explained; distrust the table: b',
    ],
    ['measures the noise', { summary: target({ verdict: 'not' }) }, '--ceiling 100 tells how much agreement'],
    ['opens the report', { report_uri: 'file:///o/report.html', summary: {} }, 'next     open the report'],
    ['shows what is saved', { summary: target({ saving_per_month_usd: 120.4 }) }, '$120  yes'],
    ['shows no saving without a price', { summary: target({ saving_per_month_usd: null }) }, '–  yes'],
  ])('%s', (_what, ended, expected) => {
    expect(textOf(ended).replaceAll(/\n +/g, ' ')).toContain(expected);
  });
});

const AGREEMENT = {
  agent_id_base: 'ic_cio',
  n: 40,
  mean: 0.97,
  interval: { low: 0.93, high: 0.99 },
  runs: 20,
  runs_needed: null,
  verdict: 'interchangeable',
  saving_per_month_usd: null,
};
