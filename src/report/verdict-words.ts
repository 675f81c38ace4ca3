import type { Analysis } from '../results/analysis.ts';
import { ANSWERS } from '../results/answers.ts';
import type { EvaluatedRule, Missing } from '../results/rules.ts';
import type { AgentAgreement } from '../results/summary.ts';
import { barOf } from '../rules/evaluation/verdict.ts';
import { between, counted, percent, roughly, withInterval } from '../shared/numbers.ts';
import { truncate } from '../shared/truncate.ts';
import { MIN_CLUSTERS } from '../statistics/mean-interval.ts';
import { rulesOf } from './rules.ts';
import { capitalised, told } from './words.ts';

type Evaluation = Analysis['evaluation'];

/** The share that a rule must be clear of: the threshold, or what baseline and margin ask for where that is more. */
export function neededShare({ threshold, margin, baseline }: Evaluation): number {
  return Math.max(threshold, barOf(baseline.match_rate, margin));
}

/** The verdict on one rule: yes, no or not known, why, and how many runs would settle it. */
export function ruleVerdict(rule: EvaluatedRule, evaluation: Evaluation): string {
  return told(
    `${capitalised(ANSWERS[rule.verdict])}.`,
    ruleReason(rule, evaluation),
    // More runs like these would not make later ones follow from earlier ones.
    rule.reason !== 'not_forward' && runsNeeded(rule.verdict, rule.runs_needed, evaluation.runs),
  ).join(' ');
}

/** What the other rules' verdicts are. */
export function otherVerdicts(analysis: Analysis): string {
  const others = rulesOf(analysis).slice(1);
  const answers = others.map(({ title, rule }) => `${title.toLowerCase()}: ${ANSWERS[rule.verdict]}`);
  return `Of the other rules, ${answers.join('; ')}.`;
}

function ruleReason(rule: EvaluatedRule, { threshold, margin, baseline, runs }: Evaluation): string {
  const unseen = rule.out_of_sample;
  const match = `its match on unseen runs, ${withInterval(unseen?.match_rate, unseen?.interval)}`;
  const bar = percent(threshold);
  const more = `${percent(margin)} of what the baseline (${percent(baseline.match_rate)}) misses`;
  const clear = `${capitalised(match)}, is clear of the threshold, ${bar}`;
  const noMiss = `It misses nothing on unseen runs; but without a miss nothing tells whether misses would come alone or by whole runs, of which ${runs} are few: the interval is ${between(unseen?.interval)}.`;
  const words: Readonly<Record<typeof rule.reason, string>> = {
    above_both: `${clear}, and it gets right more than ${more}.`,
    below_threshold: `${capitalised(match)}, is below the threshold, ${bar}.`,
    not_above_baseline: `${capitalised(match)}, adds too little: it does not get right ${more}.`,
    match_unclear:
      unseen?.match_rate === 1
        ? noMiss
        : `${capitalised(match)}, is not clear of the threshold, ${bar}: the interval lies on both sides of it.`,
    excess_unclear: `${clear}, but not for sure right on ${more}.`,
    not_forward: `${clear}; but learned from earlier runs alone it matches ${percent(rule.walk_forward?.match_rate)} of later ones, where more than ${percent(rule.walk_forward?.needed)} are asked for.`,
    too_few_runs: tooFew(runs),
  };
  return words[rule.reason];
}

function tooFew(runs: number): string {
  return `${counted(runs, 'run')} ${runs === 1 ? 'is' : 'are'} too few to tell.`;
}

/** How steady the match on unseen runs is: over time, and over orders of the inputs. */
export function steadiness({ by_time, orders }: EvaluatedRule): string {
  const list = (parts: NonNullable<EvaluatedRule['by_time']>['thirds']) =>
    parts.map(({ part, match_rate }) => `${truncate(part, 30)} ${percent(match_rate)}`).join(', ');
  const { thirds = [], regimes = [] } = by_time ?? {};
  return told(
    thirds.length > 0 && `By thirds of the window it matches: ${list(thirds)}.`,
    regimes.length > 1 && `By regime: ${list(regimes)}.`,
    orders &&
      orders.most > orders.least &&
      `Over orders of equally good inputs it matches ${percent(orders.least)} to ${percent(orders.most)}; the least is judged.`,
  ).join(' ');
}

/** How the oldest rule of an earlier run, which could not know them, matches later decisions; empty without one. */
export function prospectiveWords({ prospective }: Analysis): string {
  const oldest = prospective?.runs.at(-1);
  if (!oldest) return '';
  const { tree } = oldest.rules;
  return `The tree of the run ${oldest.age_days} days before matches, without a refit, ${withInterval(tree.match_rate, tree.interval)} of ${counted(oldest.later_rows, 'decision')} in the ${counted(oldest.later_runs, 'run')} since.`;
}

/** One sentence on what keeps a rule that explains an agent from replacing it. */
export function missingWords(missing: Missing, threshold: number): string {
  switch (missing.reason) {
    case 'label_missed':
      return `It matches the common decision; it misses ${missing.missed} of ${missing.rows} ${truncate(missing.label, 60)}.`;
    case 'label_rare':
      return `${truncate(missing.label, 60)} occurs in ${counted(missing.runs, 'run')}: too few to tell whether it is caught.`;
    case 'newest_refuted':
      return `Of the newest fifth of the runs it matches ${percent(missing.match_rate)}, below the ${percent(threshold)} asked for: the agent may decide otherwise now.`;
    case 'own_output':
      return `Without the agent’s own earlier output (${truncate(missing.inputs.join(', '), 80)}), which stands still once it is retired, it matches ${percent(missing.match_rate)}: that is not explained.`;
    case 'only_this_window':
      return `It explains the agent in this window; about ${counted(missing.more_runs, 'more run')} of later decisions would tell.`;
  }
}

/** The verdict on one target model. */
export function modelVerdict(found: AgentAgreement, threshold: number): string {
  return `${capitalised(ANSWERS[found.verdict])}: ${modelReason(found, threshold)}`;
}

function modelReason(
  { verdict_reason: reason, verdict_by: by, runs }: AgentAgreement,
  threshold: number,
): string {
  const bar = percent(threshold);
  const whole =
    by === 'sequential_test' ? 'the stopping test puts the mean in this window' : 'the whole interval is';
  const words: Readonly<Record<typeof reason, string>> = {
    above_threshold: `${whole} above ${bar}.`,
    below_threshold: `${whole} below ${bar}.`,
    interval_spans_threshold: `the interval reaches over ${bar}.`,
    too_few_runs: tooFew(runs),
  };
  return words[reason];
}

/** One sentence on the runs that would settle it; empty where it is settled, or the runs are too few to say. */
export function runsNeeded(verdict: string, needed: number | null, runs: number): string {
  if (verdict !== 'inconclusive' || runs < MIN_CLUSTERS) return '';
  return needed === null
    ? 'That is at the threshold: two years of trading days would not tell.'
    : `About ${roughly(needed)} runs like these would settle it; there are ${runs}.`;
}

/** What is wrong with inputs of an agent, a sentence each. */
export function inputFindings(analysis: Pick<Analysis, 'inputs'> | null): string[] {
  return (analysis?.inputs ?? []).flatMap(({ input, finding, runs_of_finding: runs }) => {
    const name = truncate(input, 60);
    const newest = `the newest ${counted(runs ?? 0, 'run')}`;
    const words = {
      vanished: `Input ${name} vanished: it is missing in all of ${newest}.`,
      constant: `Input ${name} stands still: it has one value in all of ${newest}.`,
      shifted: `Input ${name} left its range: all its values in ${newest} are far outside of those before.`,
    };
    return finding === null ? [] : words[finding];
  });
}
