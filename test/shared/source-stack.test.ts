import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { expect, it, onTestFinished } from 'vitest';
import { sourceStack } from '../../src/shared/source-stack.ts';

it('names file and line of the source for a place in a bundle, and leaves any other place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'source-stack-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const lines = [
    '/* first */',
    '/* second */',
    'export function fails(): never {',
    "  throw new Error('x');",
    '}',
  ];
  await writeFile(join(folder, 'deep.ts'), lines.join('\n'));
  const entry =
    "import { fails } from './deep.ts';\ntry { fails() } catch (error) { console.log((error as Error).stack) }";
  await writeFile(join(folder, 'entry.ts'), entry);
  await build({
    input: join(folder, 'entry.ts'),
    output: { file: join(folder, 'built.js'), sourcemap: true, sourcemapExcludeSources: true },
  });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const stack = execFileSync(process.execPath, [join(folder, 'built.js')], { encoding: 'utf8' });
  expect(stack).toContain('built.js');
  const found = sourceStack(stack);
  expect(found).toContain(`${pathToFileURL(folder).href}/deep.ts:4:`);
  expect(found).toContain(`${pathToFileURL(folder).href}/entry.ts:2:`);
  expect(found).not.toContain('built.js');
  expect(sourceStack('at x (file:///nowhere/a.js:1:2)')).toBe('at x (file:///nowhere/a.js:1:2)');
});
