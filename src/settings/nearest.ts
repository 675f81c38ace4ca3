import leven from 'leven';

/** Edits that a slip of the fingers makes at most. */
const MOST_EDITS = 3;

/** What an error adds of what was probably meant. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** The one of `choices` that `given` was probably meant to be; undefined when it is like none. */
export function nearest(given: string, choices: readonly string[]): string | undefined {
  const distances = choices.map((choice) => leven(given, choice));
  const least = Math.min(...distances);
  return least <= Math.min(MOST_EDITS, given.length / 2) ? choices[distances.indexOf(least)] : undefined;
}
