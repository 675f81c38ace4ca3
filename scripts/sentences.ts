import { adviseOn, type Measured } from '../src/report/advice.ts';
import { missingWords, modelVerdict, ruleVerdict } from '../src/report/verdict-words.ts';
import { ACTIONS } from '../src/results/advice.ts';
import type { EvaluatedRule, Missing } from '../src/results/rules.ts';
import type { AgentAgreement } from '../src/results/summary.ts';
import { agreement, analysisOf, evaluation, rule, THRESHOLD, targetOf } from './sentence-samples.ts';

interface Row {
  readonly field: string;
  readonly condition: string;
  readonly sentence: string;
}

/** docs/sentences.md: when which sentence is said of a verdict, by the code that says it, with figures made up here. */
export function sentencesPage(): string {
  return [
    '# What is said when',
    '',
    'Each sentence about a verdict stands beside the condition under which file, terminal and report say it. The figures are',
    'examples. `npm run docs` writes this page from the code; [statistics.md](statistics.md) has the reasons.',
    '',
    ...table('A rule', '`reason`', Object.values(ruleRows)),
    ...table(
      'What keeps a rule that explains an agent from replacing it',
      '`missing_for_replace`',
      missingRows(),
    ),
    ...table('A model', '`verdict_reason`', Object.values(modelRows)),
    ...table('Advice: the first condition that holds', '`action`', adviceRows()),
    ...table('What advice rests on', '`reason`, `verdict`', groundRows()),
    ...table('What speaks against acting on advice', '`caveats`', caveatRows()),
  ].join('\n');
}

function table(title: string, field: string, rows: readonly Row[]): string[] {
  const lines = rows.map((row) => {
    const cells = [`\`${row.field}\``, row.condition, row.sentence].map((cell) =>
      cell.replaceAll('|', '\\|'),
    );
    return `| ${cells.join(' | ')} |`;
  });
  return [`## ${title}`, '', `| ${field} | holds where | what is said |`, '|---|---|---|', ...lines, ''];
}

function ruleRow(found: EvaluatedRule, condition: string, runs = 40): Row {
  return { field: found.reason, condition, sentence: ruleVerdict(found, { ...evaluation, runs }) };
}

/** By reason, so that none can be left out. */
const ruleRows: Readonly<Record<EvaluatedRule['reason'] | 'perfect', Row>> = {
  above_both: ruleRow(
    rule('explained', 'above_both', 0.95),
    'ten runs or more; match and excess are clear, and the walk forward matches more than it needs',
  ),
  below_threshold: ruleRow(
    rule('not_explained', 'below_threshold', 0.7),
    'the upper limit of the match is below the threshold',
  ),
  not_above_baseline: ruleRow(
    rule('not_explained', 'not_above_baseline', 0.88),
    'else the upper limit of the excess is below zero',
  ),
  match_unclear: ruleRow(
    rule('inconclusive', 'match_unclear', 0.87, { runs_needed: 120 }),
    'else the interval of the match holds the threshold',
  ),
  perfect: ruleRow(
    rule('inconclusive', 'match_unclear', 1, { runs_needed: 14 }),
    'the same, where nothing is missed',
    12,
  ),
  excess_unclear: ruleRow(
    rule('inconclusive', 'excess_unclear', 0.92, { runs_needed: 70 }),
    'else the interval of the excess holds zero',
  ),
  not_forward: ruleRow(
    rule('inconclusive', 'not_forward', 0.95),
    'both are clear, but the walk forward matches no more than it needs',
  ),
  too_few_runs: ruleRow(
    rule('inconclusive', 'too_few_runs', 1, { runs_needed: 14 }),
    'fewer than ten runs, and nothing refutes the rule',
    8,
  ),
};

function missingRows(): Row[] {
  const rows: Readonly<Record<Missing['reason'], readonly [Missing, string]>> = {
    label_missed: [
      { reason: 'label_missed', label: 'reject', missed: 54, rows: 80 },
      'the recall of a label has no lower limit above one half',
    ],
    label_rare: [
      { reason: 'label_rare', label: 'reject', runs: 3 },
      'a label occurs in fewer than five runs',
    ],
    newest_refuted: [
      { reason: 'newest_refuted', match_rate: 0.7 },
      'the walk forward matches less than the threshold in the newest fifth of the runs',
    ],
    own_output: [
      { reason: 'own_output', inputs: ['prior_stance'], match_rate: 0.62 },
      'fitted without the agent’s own earlier output, this kind of rule does not explain it',
    ],
    only_this_window: [
      { reason: 'only_this_window', more_runs: 9 },
      'no decisions of another time bear the rule out',
    ],
  };
  return Object.values(rows).map(([missing, condition]) => ({
    field: missing.reason,
    condition,
    sentence: missingWords(missing, THRESHOLD),
  }));
}

function modelRow(change: Partial<AgentAgreement>, condition: string): Row {
  const found = agreement(change);
  const sentence = modelVerdict(found, 0.9);
  return { field: found.verdict_reason, condition, sentence };
}

const modelRows: Readonly<Record<AgentAgreement['verdict_reason'] | 'by_test', Row>> = {
  above_threshold: modelRow({}, 'the lower limit of the agreement is above the threshold'),
  below_threshold: modelRow(
    { verdict: 'not', verdict_reason: 'below_threshold' },
    'the upper limit is below the threshold',
  ),
  by_test: modelRow(
    { verdict_by: 'sequential_test' },
    'the stopping test of `--stop-when-sure` ended the replays above it',
  ),
  interval_spans_threshold: modelRow(
    { verdict: 'inconclusive', verdict_reason: 'interval_spans_threshold' },
    'the interval holds the threshold',
  ),
  too_few_runs: modelRow(
    { verdict: 'inconclusive', verdict_reason: 'too_few_runs', runs: 4 },
    'fewer than five runs',
  ),
};

function adviceRows(): Row[] {
  const explained = (missing: readonly Missing[] = []) =>
    analysisOf(rule('explained', 'above_both', 0.95, { missing_for_replace: [...missing] }));
  const refuted = analysisOf(rule('not_explained', 'below_threshold', 0.7));
  const open = analysisOf(rule('inconclusive', 'match_unclear', 0.87));
  const lacking: Missing = { reason: 'only_this_window', more_runs: 9 };
  const not = { verdict: 'not', verdict_reason: 'below_threshold' } as const;
  const cases: readonly (readonly [condition: string, measured: Partial<Measured>])[] = [
    ['no job has a result', { notFitted: 'thin_sample (n=3 < 10)' }],
    ['the newest capture is more than 14 days old', { analysis: explained(), windowEnd: '2026-07-30' }],
    ['a rule explains it, but a control of the run failed', { analysis: explained(), controls: 'failed' }],
    ['a rule explains it, and nothing is missing', { analysis: explained() }],
    [
      'the interval of a model is above its threshold, and the model is not known to be dearer',
      { analysis: refuted, targets: [targetOf(12)] },
    ],
    ['the same, where what it saves is not known', { analysis: refuted, targets: [targetOf(null)] }],
    [
      'the same of several models',
      {
        analysis: refuted,
        targets: [targetOf(12), { ...targetOf(11.9, of(0.959)), model: 'claude-sonnet-5' }],
      },
    ],
    ['a rule explains it, and something is missing', { analysis: explained([lacking]) }],
    ['every rule is refuted, and every model is', { analysis: refuted, targets: [targetOf(12, not)] }],
    [
      'every rule is refuted, and a model that stands in is no cheaper',
      { analysis: refuted, targets: [targetOf(-3)] },
    ],
    ['something is open', { analysis: open, targets: [targetOf(12, not)] }],
    [
      'only the stopping test says that a model stands in',
      {
        analysis: refuted,
        targets: [
          targetOf(12, { verdict_by: 'sequential_test', interval: { low: 0.84, high: 0.98, level: 0.95 } }),
        ],
      },
    ],
    ['nothing else', { analysis: refuted }],
  ];
  const rows = cases.map(([condition, change]): Row => {
    const { action, reason } = advise(change);
    return { field: action, condition, sentence: `${ACTIONS[action]}. ${reason}` };
  });
  const unsaid = Object.keys(ACTIONS).filter((action) => rows.every(({ field }) => field !== action));
  if (unsaid.length > 0) throw new Error(`scripts/sentences.ts: no sentence for ${unsaid.join(', ')}`);
  return rows;
}

function advise(change: Partial<Measured>) {
  const rest = {
    analysis: null,
    notFitted: null,
    targets: [],
    cost: null,
    newestCapture: null,
    windowEnd: '2026-07-11',
  };
  return adviseOn('ic_cio', { controls: 'passed', ...rest, ...change });
}

function of(mean: number): Pick<AgentAgreement, 'agreement' | 'interval'> {
  const interval = { low: mean - 0.06, high: mean + 0.05, level: 0.95 };
  return { agreement: { mean, n: 80, ...interval }, interval };
}

function groundRows(): Row[] {
  const explained = rule('explained', 'above_both', 0.95);
  const rules = [
    explained,
    rule('not_explained', 'below_threshold', 0.7),
    rule('not_explained', 'not_above_baseline', 0.88),
    rule('inconclusive', 'match_unclear', 0.87, { runs_needed: 120 }),
    rule('inconclusive', 'excess_unclear', 0.92, { runs_needed: 70 }),
    rule('inconclusive', 'not_forward', 0.95),
    rule('inconclusive', 'too_few_runs', 1, { runs_needed: 14 }),
  ];
  const models = [
    targetOf(12),
    targetOf(12, { verdict: 'not', verdict_reason: 'below_threshold', ...of(0.7) }),
    targetOf(12, {
      verdict: 'inconclusive',
      verdict_reason: 'interval_spans_threshold',
      runs_needed: 90,
      ...of(0.91),
    }),
    targetOf(12, { verdict_by: 'sequential_test' }),
  ];
  return [
    ...rules.map((one) => ({
      field: one.reason,
      condition: one === explained ? 'a rule, with what is missing behind it' : 'a rule',
      sentence: advise({ analysis: analysisOf(one, one.reason === 'too_few_runs' ? 8 : 40) }).grounds.join(
        ' ',
      ),
    })),
    ...models.map((one) => ({
      field: one.found?.verdict ?? '',
      condition: one.found?.verdict_by === 'interval' ? 'a model' : 'a model, by the stopping test',
      sentence: advise({ targets: [one] }).grounds.join(' '),
    })),
  ];
}

function caveatRows(): Row[] {
  const analysis = analysisOf(rule('explained', 'above_both', 0.95));
  const sources = { live: { n_samples: 80, match_rate: 1 }, simulated: { n_samples: 20, match_rate: 1 } };
  const cases: readonly (readonly [condition: string, measured: Partial<Measured>])[] = [
    ['fewer than 30 runs', { analysis: analysisOf(rule('explained', 'above_both', 0.95), 12) }],
    ['no deterministic agent had rows enough to be a control', { analysis, controls: 'untested' }],
    ['rows of a simulation are among these', { analysis: { ...analysis, sources } }],
    ['production let the model call tools', { targets: [targetOf(12, { tool_loop: true })] }],
    ['`--stop-when-sure` ended the replays', { targets: [targetOf(12, { interval_after_stop: true })] }],
    ['answers were invalid', { targets: [targetOf(12, { invalid_answers: { refusal: 3 } })] }],
  ];
  return cases.map(([condition, measured]) => ({
    field: 'caveats',
    condition,
    sentence: advise(measured).caveats.join(' '),
  }));
}
