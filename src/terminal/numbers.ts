/** `12,345`. */
export function count(items: number): string {
  return items.toLocaleString('en-US');
}

/** `3 artifacts`, `1 artifact`. */
export function counted(items: number, noun: string): string {
  return `${count(items)} ${noun}${items === 1 ? '' : 's'}`;
}

/** `4.2/s`, `1,353/s`. */
export function rate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))}/s`;
}

/** `5 ms`, `0.3 s`, `14 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1.000`, or a dash. */
export function share(value: number | null | undefined): string {
  return value?.toFixed(3) ?? '–';
}

/** `0.49–1.00`, or a dash. */
export function interval(low: number | null | undefined, high: number | null | undefined): string {
  if (typeof low !== 'number' || typeof high !== 'number') return '–';
  return `${low.toFixed(2)}–${high.toFixed(2)}`;
}

/** `0.0028`, `4.09`, `25`, `1,204`: three figures where they matter; a dash where the price is not known. */
export function usd(value: number | null | undefined): string {
  if (typeof value !== 'number') return '–';
  if (Number.isInteger(value)) return count(value);
  if (Math.abs(value) < 0.1) return value.toFixed(4);
  return Math.abs(value) < 1_000 ? value.toFixed(2) : count(Math.round(value));
}
