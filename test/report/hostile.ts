import { z } from 'zod';
import type { ReportData } from '../../src/report/data.ts';
import { analysis } from '../../src/results/analysis.ts';
import { concordanceResult } from '../../src/results/concordance-run.ts';
import { counterfactualResult } from '../../src/results/counterfactual-run.ts';
import { reportSummary } from '../../src/results/found.ts';
import { summary } from '../../src/results/summary.ts';
import { partsOf } from '../results/walk.ts';

/** Each is put before every text of a report. `window.hacked` tells whether one of them ran. */
export const PAYLOADS: readonly string[] = [
  '</script><script>window.hacked=1</script>',
  '"><img src=x onerror="window.hacked=1">',
  "'><svg/onload=window.hacked=1>",
  'javascript:window.hacked=1//',
  '</style><style>*{display:none}</style>',
  '\u202egnp.exe\u2066\u200f\u0000\u0007\ud800',
  '<!--<a href="javascript:alert(1)">',
  '&lt;b&gt;&#60;i>]]>',
];

/** What is one of a few words in any file that is read at all. */
const WORDS = new Set(
  [analysis, summary, counterfactualResult, concordanceResult, reportSummary].flatMap((schema) =>
    [...partsOf(schema)].flatMap(([, part]) => (part instanceof z.ZodEnum ? part.options : [])),
  ),
);
/** Where the stores are is a setting. */
const FIXED = new Set(['corpus', 'out']);

const LONG = 'A'.repeat(100_000);
const MANY = 3000;

/** The same report with hostile text in it, with an agent of thousands of classes and columns. */
export function hostileReport(data: ReportData): ReportData {
  const hostile = poisoned(data, '') as ReportData;
  const [first, ...others] = hostile.agents;
  if (!first?.analysis) return hostile;
  const classes = Array.from({ length: MANY }, (_, index) => ({ label: labelAt(index), n: MANY - index }));
  const columns = Array.from({ length: MANY }, (_, index) => ({
    name: `${poison('f')}${index}`,
    feature: index,
    kind: 'number' as const,
    impute: 0,
  }));
  const counts = classes.map(({ n }) => n);
  const row = classes.map(() => 1);
  const tree = {
    match_rate: 0.5,
    nodes: first.analysis.rules.tree.nodes.map((node) => ({ ...node, counts })),
  };
  const { evaluation, rules } = first.analysis;
  const inSample = { ...evaluation.rules.tree.in_sample, confusion: classes.slice(0, 100).map(() => row) };
  const scores = { ...inSample, interval: null, excess: null };
  const own = {
    ...first.analysis,
    classes,
    n_classes: MANY,
    feature_importances: Object.fromEntries(columns.map(({ name }) => [name, 1 / MANY])),
    rules: {
      ...rules,
      design: { ...rules.design, columns },
      tree,
      exact: { ...rules.exact, ...tree },
    },
    evaluation: {
      ...evaluation,
      rules: {
        ...evaluation.rules,
        tree: { ...evaluation.rules.tree, in_sample: inSample, out_of_sample: scores },
      },
    },
  };
  return { ...hostile, agents: [{ ...first, analysis: own }, ...others] };
}

function labelAt(index: number): string {
  return ['__proto__', 'constructor', 'toString'][index] ?? `${poison(`class ${index}`)}`;
}

function poisoned(value: unknown, key: string): unknown {
  if (typeof value === 'string') return FIXED.has(key) || WORDS.has(value) ? value : poison(value);
  if (Array.isArray(value)) return value.map((inner) => poisoned(inner, key));
  if (typeof value !== 'object' || value === null) return value;
  const isRecord = [
    'per_family',
    'dropped',
    'skipped',
    'diagnostics',
    'replay_skips',
    'values',
    'settings',
  ].includes(key);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [isRecord ? poison(name) : name, poisoned(inner, name)]),
  );
}

/** The same text always becomes the same, so that what is named twice still is. */
function poison(text: string): string {
  const sum = [...text].reduce((all, char) => (all * 31 + (char.codePointAt(0) ?? 0)) >>> 0, 7);
  const payload = PAYLOADS[sum % PAYLOADS.length] ?? '';
  return sum % 3 === 0 ? `${payload}${text}${LONG}` : `${payload}${text}`;
}
