/** The blocks of the README that are run one after the other, in order. */
export function commandsOf(readme: string): string[] {
  return [...readme.matchAll(/<!-- commands -->\n```sh\n(.*?)^```/gms)].map(([, text = '']) => text);
}
