import { Facts } from './facts.tsx';

const TERMS = {
  Match: (
    <>
      The share of an agent’s decisions that a rule reproduces. <i>In sample</i> is on the very rows that the
      rule was fitted to, and too good to be true where they are few; <i>unseen</i>, or out of sample, is on
      runs that were left out when it was fitted, and is what to act on.
    </>
  ),
  Interval:
    'Where the true share lies, at the confidence that the run was set to, usually 95%. It is over runs and not over rows, because decisions of one run are not independent of each other.',
  'Baseline and threshold':
    'The baseline is what always giving the commonest decision would match. The threshold is what the whole interval must be above to say yes, or below to say no; a rule must also get right a set part of what the baseline misses.',
  Agreement:
    'How near a model’s decision is to the captured one, from 0 to 1, where 1 is the same decision; the mean is over answers that were one.',
  Ceiling:
    'How much an agent’s own model, asked once more, agrees with itself: no other model can be expected to agree more.',
};

/** What the words of the page mean. */
export function HowToRead() {
  return (
    <section id="how-to-read">
      <h2>How to read this</h2>
      <Facts class="terms" of={TERMS} />
    </section>
  );
}
