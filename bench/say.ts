/** Tells how far the bench is, on stderr: stdout is for its tables. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
