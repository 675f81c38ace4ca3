import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTAINER, fileOf, textOf, VALUES } from './files.ts';
import { commandsOf, settingsOf } from './readme.ts';

const readme = textOf('README.md');
const files = globSync('**/*.json', { cwd: CONTAINER }).sort();

describe('the README', () => {
  it('needs ten commands', () => {
    expect(commandsOf(readme)).toHaveLength(10);
    expect(commandsOf(readme).every(Boolean)).toBe(true);
  });

  it('has a row for every placeholder of the files, and sets each', () => {
    const used = new Set(
      files.flatMap((path) => [...textOf(path).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name)),
    );
    const rows = new Set(
      [...readme.matchAll(/^\| (`[A-Z_0-9`, ]+) \|/gm)].flatMap(
        ([, cell]) => cell?.match(/[A-Z_0-9]+/g) ?? [],
      ),
    );
    expect(rows).toEqual(used);
    expect(new Set(Object.keys(VALUES))).toEqual(used);
    const script = [settingsOf(readme), ...commandsOf(readme)].join('\n');
    for (const name of used) expect(script).toMatch(new RegExp(`^export .*\\b${name}=`, 'm'));
  });

  it('uses every file, each of which is whole once filled in', () => {
    const script = commandsOf(readme)
      .join('\n')
      .replaceAll('$role', '{job,execution,state-machine,schedule}');
    for (const path of files) {
      const [, role] = /^iam\/([^/]+)\//.exec(path) ?? [];
      const named = role ? path.replace(role, '{job,execution,state-machine,schedule}') : path;
      expect(script).toContain(`container/${named}`);
      expect(JSON.stringify(fileOf(path))).not.toContain('${');
    }
  });
});
