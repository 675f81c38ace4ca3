/** Share of its rows that a deterministic agent's rule must reproduce. */
const FOUND_MATCH = 0.95;
/** Of the rows that the baseline misses, the share that the same rule must get right beyond it when it has not seen them. In
 * sample a tree reaches FOUND_MATCH on fifty rows of noise, and a baseline may reach it alone. */
const FOUND_SKILL = 0.2;

/** Whether a rule is the one that a deterministic agent follows. `match` is its match in sample, `lift` what its match out
 * of sample is above the baseline's; null where it has none. */
export function isFound(match: number, lift: number | null, baseline: number): boolean {
  return lift !== null && match >= FOUND_MATCH && lift / (1 - baseline) >= FOUND_SKILL;
}
