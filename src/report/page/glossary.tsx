import type { ComponentChildren } from 'preact';

/** What the words of the page mean. */
const TERMS = {
  match: [
    'Match',
    'The share of an agent’s decisions that a rule reproduces. In sample is on the very rows that the rule was fitted to, and too good to be true where they are few. Unseen, or out of sample, is on runs that were left out when it was fitted: that is what to act on.',
  ],
  agreement: [
    'Agreement',
    'How near a model’s decision is to the captured one, from 0 to 1, where 1 is the same decision; the mean is over answers that were one.',
  ],
  interval: [
    'Interval',
    'Where the true share lies, at the confidence that the run was set to, usually 95%. It is over runs and not over rows, because decisions of one run are not independent of each other.',
  ],
  baseline: ['Baseline', 'What always giving the commonest decision would match.'],
  threshold: [
    'Threshold',
    'What the whole interval must be above to say yes, or below to say no; a rule must also get right a set part of what the baseline misses.',
  ],
  lift: ['Lift', 'Match less the baseline: what a rule adds to always giving the commonest decision.'],
  kappa: [
    'κ',
    'Cohen’s kappa: match beyond what chance alone would give, from 0 (none) to 1 (all of it). It tells a rule from a lucky guess where one decision is common.',
  ],
  exact: [
    'Exact tree',
    'The tree of its depth that matches most rows, found by search. The greedy tree takes the best question at each node, and may miss it.',
  ],
  'walk-forward': [
    'Walk-forward',
    'Each run of the later half is predicted by a rule that was learned from earlier runs alone, as it would be in use.',
  ],
  prospective: [
    'Prospective',
    'The rule that an earlier run published, applied without a refit to decisions that came after it.',
  ],
  permutation: [
    'p, permutation test',
    'How often a tree would match as much if the decisions were those of other runs, shifted in time: small is good.',
  ],
  ceiling: [
    'Ceiling',
    'How much an agent’s own model, asked once more, agrees with itself: no other model can be expected to agree more.',
  ],
} as const;

interface Props {
  readonly of: keyof typeof TERMS;
  /** As it stands in the sentence; the term itself where nothing is said. */
  readonly children?: ComponentChildren;
}

/** A term, with a link to what it means. */
export function Term({ of, children }: Props) {
  return (
    <a class="term" href={`#term-${of}`}>
      {children ?? TERMS[of][0]}
    </a>
  );
}

export function Glossary() {
  return (
    <section id="glossary">
      <h2>Glossary</h2>
      <dl class="terms">
        {Object.entries(TERMS).map(([name, [title, meaning]]) => (
          <div id={`term-${name}`}>
            <dt>{title}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
