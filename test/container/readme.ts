/** The block of settings that the README's commands start from. */
export function settingsOf(readme: string): string {
  return blocks(readme.slice(readme.indexOf('<!-- settings -->'))).at(0) ?? '';
}

/** The numbered commands, in order. */
export function commandsOf(readme: string): string[] {
  const from = readme.indexOf('## Ten commands');
  const section = readme.slice(from, readme.indexOf('\n## ', from));
  return section
    .split(/^(?=\d+\. )/m)
    .slice(1)
    .map((item) => blocks(item).at(0) ?? '');
}

function blocks(markdown: string): string[] {
  return [...markdown.matchAll(/^( *)```sh\n(.*?)^\1```/gms)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}
