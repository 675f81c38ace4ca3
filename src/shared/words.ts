/** The words of a text: a list of names that stand side by side. */
export function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
