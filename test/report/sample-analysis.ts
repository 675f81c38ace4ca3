import type { AnalysisFile, EvaluatedRule } from '../../src/report/analysis-file.ts';
import { randomOf } from './random.ts';
import type { AgentPlan } from './sample-agents.ts';
import { sampleTree } from './sample-tree.ts';

const RUNS = 8;

/** An analysis as the plan says; null where no rule was fitted. */
export function sampleAnalysis(plan: AgentPlan, seed: number, runId: string): AnalysisFile | null {
  const { rows, labels, features } = plan;
  if (rows === null) return null;
  const random = randomOf(seed);
  const match = Math.min(1, (plan.unseen ?? 0.9) + 0.012);
  const options = { rows, classes: labels.length, features: features.length, random };
  const tree = sampleTree({ ...options, match });
  const counts = tree.nodes[0]?.counts ?? [];
  const [commonest, n] = labels.reduce<[string, number]>(
    (best, label, index) => ((counts[index] ?? 0) > best[1] ? [label, counts[index] ?? 0] : best),
    ['', 0],
  );
  const exactTree =
    plan.exact === 'same' ? tree : sampleTree({ ...options, match: Math.min(1, match + 0.02) });
  const rule = evaluatedRule(plan, counts, match);
  return {
    schema_version: 2,
    agent_id_base: plan.id,
    family: plan.family,
    kind: plan.action === 'control' ? 'deterministic' : 'llm',
    decision: plan.decision,
    label: 'decision',
    run_id: runId,
    max_depth: 3,
    simulated: plan.action === 'control',
    sources: { live: { n_samples: rows, match_rate: match } },
    n_samples: rows,
    n_classes: labels.length,
    match_rate: match,
    classes: labels.map((label, index) => ({ label, n: counts[index] ?? 0 })),
    feature_importances: Object.fromEntries(
      features.map((name, index) => [name, index < 3 ? ([0.62, 0.3, 0.08][index] ?? 0) : 0]),
    ),
    rules: {
      design: { columns: features.map((name) => ({ name, kind: kindOf(name) })) },
      tree,
      exact:
        plan.exact === 'skipped'
          ? { skip_reason: 'depth above 4' }
          : {
              ...exactTree,
              optimality: plan.exact === 'same' ? 'proven' : plan.exact,
              gap: plan.exact === 'time_limited' ? 0.013 : 0,
            },
    },
    wrong_rows: {
      tree: wrongRows(plan, Math.round(rows * (1 - match)), random),
      ...(plan.exact === 'skipped' || plan.exact === 'same'
        ? {}
        : { exact: wrongRows(plan, Math.round(rows * (0.98 - match)), random) }),
    },
    evaluation: {
      confidence: 0.95,
      threshold: 0.85,
      margin: 0.2,
      runs: plan.reason === 'too_few_runs' ? 1 : RUNS,
      baseline: { label: commonest, match_rate: n / rows },
      rules: {
        tree: {
          ...rule,
          by_depth: [0, 1, 2, 3].map((depth) => ({
            depth,
            match_rate: n / rows + (match - n / rows) * (1 - 0.3 ** depth),
            out_of_sample:
              plan.unseen === null ? null : n / rows + (plan.unseen - n / rows) * (1 - 0.3 ** depth),
          })),
        },
        logistic: {
          ...rule,
          ...(plan.unseen === null ? {} : unseenOf(plan.unseen - 0.14, rule.in_sample.confusion)),
        },
        ...(plan.exact === 'skipped' ? {} : { exact: { ...rule, permutation: null } }),
      },
    },
    newest_input_date: plan.id === 'thesis_update' ? '2026-06-11' : '2026-07-11',
  };
}

function kindOf(name: string): string {
  if (name.includes('=')) return 'level';
  return name.endsWith('__missing') ? 'missing' : 'number';
}

function evaluatedRule(plan: AgentPlan, counts: readonly number[], match: number): EvaluatedRule {
  const confusion = counts.map((n, from) =>
    counts.map((_, to) =>
      from === to ? Math.round(n * match) : Math.round((n * (1 - match)) / counts.length),
    ),
  );
  return {
    verdict: plan.verdict,
    reason: plan.reason,
    runs_needed: plan.verdict === 'inconclusive' && plan.unseen !== null ? 1151 : null,
    in_sample: { match_rate: match, confusion },
    out_of_sample: plan.unseen === null ? null : unseenOf(plan.unseen, confusion).out_of_sample,
    permutation: plan.unseen === null ? null : { p_value: 0.005 },
  };
}

function unseenOf(unseen: number, confusion: number[][]) {
  const interval = { low: Math.max(0, unseen - 0.09), high: Math.min(1, unseen + 0.05), level: 0.95 };
  return { out_of_sample: { match_rate: unseen, confusion, interval } };
}

function wrongRows(plan: AgentPlan, count: number, random: () => number) {
  const shown = Math.max(0, Math.min(count, 25));
  return {
    count: Math.max(0, count),
    sample: Array.from({ length: shown }, (_, row) => ({
      artifact_key: `2026/07/${String(10 - (row % 9)).padStart(2, '0')}/${plan.id}:technology/2026-07-${row}.json`,
      decision: plan.labels[row % plan.labels.length] ?? '',
      rule: plan.labels[(row + 1) % plan.labels.length] ?? '',
      values: Object.fromEntries(
        plan.features
          .filter((name) => !name.endsWith('__missing') && !name.includes('='))
          .map((name) => [name, random() < 0.1 ? null : Math.round(random() * 10_000) / 100])
          .concat([
            ['team', 'technology'],
            ['regime', 'bull'],
          ]),
      ),
    })),
  };
}
