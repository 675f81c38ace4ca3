/** At most `max` code points of the text: where it is longer, an ellipsis stands for its end. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = [...text];
  if (points.length <= max) return text;
  return max < 1 ? '' : `${points.slice(0, max - 1).join('')}…`;
}

/** The beginning of the text, at most `max` characters of it; a pair that is cut in two is replaced. */
export function beginningOf(text: string, max: number): string {
  return text.slice(0, max).toWellFormed();
}

/** At most `max` characters of the text, and how many more there are. */
export function truncateWithCount(text: string, max: number): string {
  const more = text.length - max;
  return more > 0 ? `${beginningOf(text, max)}… (${more} characters more)` : text;
}

/** At most `max` characters of the text, its end among them. */
export function truncateMiddle(text: string, max: number): string {
  const end = Math.floor(max / 3);
  return text.length > max ? `${text.slice(0, max - end - 1)}…${text.slice(-end)}`.toWellFormed() : text;
}
