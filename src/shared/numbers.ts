/** What stands where there is no number. */
const DASH = '–';

type Maybe = number | null | undefined;

/** An interval, if there is one. */
export type Range = { readonly low: Maybe; readonly high: Maybe } | null | undefined;

const grouped = formatter({ maximumFractionDigits: 0 });
const cents = formatter({ minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function isNumber(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A share in [0, 1] as whole percent; near the ends with a decimal, so that only 1 itself reads 100%. */
export function percent(share: Maybe): string {
  if (!isNumber(share) || !isNumber(share * 100)) return DASH;
  const whole = Math.round(share * 100);
  if (whole !== 100 && whole !== 0) return `${signed(whole, `${Math.abs(whole)}`)}%`;
  if (share === 1 || share === 0) return `${whole}%`;
  if (share > 0.9995 && share < 1) return '>99.9%';
  if (share > 0 && share < 0.0005) return '<0.1%';
  return `${(share * 100).toFixed(1)}%`;
}

/** A share in [0, 1] as percent with one decimal. */
export function percentFine(share: Maybe): string {
  if (!isNumber(share) || !isNumber(share * 100)) return DASH;
  return `${signed(share, (Math.abs(share) * 100).toFixed(1))}%`;
}

/** `75% to 93%`. */
export function between(range: Range): string {
  if (!range || !isNumber(range.low) || !isNumber(range.high)) return DASH;
  return `${percent(range.low)} to ${percent(range.high)}`;
}

/** `86% (77% to 91%)`, or that there is no interval. */
export function withInterval(share: Maybe, range: Range): string {
  const interval = between(range);
  return `${percent(share)} (${interval === DASH ? 'no interval' : interval})`;
}

/** `77–91%`, where there is little room. */
export function briefly(range: Range): string {
  if (between(range) === DASH) return DASH;
  return `${percent(range?.low).replace('%', '')}–${percent(range?.high)}`;
}

/** `86% (77–91%)`, where there is little room. */
export function withBriefInterval(share: Maybe, range: Range): string {
  const interval = briefly(range);
  return interval === DASH ? percent(share) : `${percent(share)} (${interval})`;
}

/** A whole number with thousands set apart. */
export function count(value: Maybe): string {
  return isNumber(value) ? grouped.format(value) : DASH;
}

/** A count that is known to two digits at best. */
export function roughly(value: number): string {
  return grouped.format(Number(value.toPrecision(2)));
}

/** `1 run`, `8 runs`, `– runs`. */
export function counted(value: Maybe, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** US dollars: whole ones from 100, cents from 1, below that two significant digits. */
export function usd(value: Maybe): string {
  if (!isNumber(value)) return DASH;
  const size = Math.abs(value);
  if (size === 0) return '$0';
  if (size >= 99.995) return signed(value, `$${grouped.format(size)}`);
  if (size >= 0.995) return signed(value, `$${cents.format(size)}`);
  return signed(value, size < 1e-6 ? '<$0.000001' : `$${trimmed(size.toPrecision(2), 2)}`);
}

/** A number of a decision's inputs or of a rule: two decimals, or three significant digits below one. */
export function measure(value: Maybe): string {
  if (!isNumber(value)) return DASH;
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-6)) return signed(value, size.toExponential(2));
  if (Number.isInteger(value)) return signed(value, grouped.format(size));
  return size >= 1
    ? signed(value, cents.format(size))
    : signed(value, trimmed(size.toFixed(2 - Math.floor(Math.log10(size))), 2));
}

/** A difference of shares in points of percent, with its sign. */
export function points(value: Maybe): string {
  if (!isNumber(value) || !isNumber(value * 100)) return DASH;
  return `${value > 0 ? '+' : ''}${signed(value, (Math.abs(value) * 100).toFixed(1))}`;
}

/** A factor or a probability, with so many decimals. */
export function decimal(value: Maybe, digits = 2): string {
  return isNumber(value) ? signed(value, Math.abs(value).toFixed(digits)) : DASH;
}

/** `5 ms`, `0.3 s`, `14 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds: Maybe): string {
  if (!isNumber(seconds)) return DASH;
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `4.2/s`, `1,353/s`. */
export function rate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(perSecond)}/s`;
}

/** `YYYY-MM-DD` of a run id `YYMMDDHHMM`; anything else as it is. */
export function runDay(runId: string): string {
  const parts = /^(\d\d)(\d\d)(\d\d)\d{4}$/.exec(runId);
  return parts ? `20${parts[1]}-${parts[2]}-${parts[3]}` : runId;
}

/** A format of numbers, made when it is first used: ICU takes 15 ms of a start. */
function formatter(options: Intl.NumberFormatOptions): Pick<Intl.NumberFormat, 'format'> {
  let made: Intl.NumberFormat | undefined;
  return {
    format(value) {
      made ??= new Intl.NumberFormat('en-US', options);
      return made.format(value);
    },
  };
}

function signed(value: number, digits: string): string {
  return value < 0 ? `−${digits}` : digits;
}

function trimmed(digits: string, decimals: number): string {
  const whole = digits.indexOf('.') + 1 + decimals;
  return digits.slice(0, whole) + digits.slice(whole).replace(/0+$/, '');
}
