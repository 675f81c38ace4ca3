/** Characters that turn or hide the text around them, and control characters other than a tab and line ends. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The text with characters that one would not see, or that change how the rest reads, named in brackets. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(
      UNSEEN,
      (char) => `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

/** At most `max` characters of the text, and how many more there are. */
export function cut(text: string, max: number): string {
  const more = text.length - max;
  return more > 0 ? `${text.slice(0, max).toWellFormed()}… (${more} characters more)` : text;
}

/** At most `max` characters of the text, its end among them. */
export function squeezed(text: string, max: number): string {
  const end = Math.floor(max / 3);
  return text.length > max ? `${text.slice(0, max - end - 1)}…${text.slice(-end)}`.toWellFormed() : text;
}

/** At most `max` characters of the text, for where there is no room to say how many more there are. */
export function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text;
}
