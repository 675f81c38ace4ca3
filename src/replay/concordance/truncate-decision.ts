/** Longest text of a decision that is shown outside its own file. */
const MAX_TEXT = 4_000;

/** A decision as it is, or the beginning of its JSON where that is long. */
export function truncateDecision(decision: unknown): unknown {
  let text: string;
  try {
    text = JSON.stringify(decision);
  } catch {
    return 'nested too deeply to be shown';
  }
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : decision;
}
