import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

/** The folders of `src`, lowest first: one imports only from those in lines above its own. */
const ORDER = [
  ['shared', 'statistics'],
  ['results'],
  ['agents', 'rules', 'store'],
  ['model'],
  ['corpus'],
  ['pool'],
  ['settings', 'publish'],
  ['replay'],
  ['report', 'terminal'],
];

test('the check knows every folder of src, and finds nothing in it', async () => {
  const entries = await readdir('src', { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(ORDER.flat().sort()).toEqual(folders.sort());
  expect(await findingsIn(await copyOfSources())).toEqual([]);
});

test('an import from a folder of the same or a higher level is an error', async () => {
  const copy = await copyOfSources();
  const files = ORDER.flatMap((level, index) =>
    level.flatMap((from) =>
      ORDER.slice(index)
        .flat()
        .filter((to) => to !== from)
        .map((to) => ({ path: `src/${from}/nested/to-${to}.ts`, imported: `../../${to}/any.ts` })),
    ),
  );
  const program = { path: 'src/terminal/nested/to-program.ts', imported: '../../program.ts' };
  const jobs = { path: 'src/replay/counterfactual/to-concordance.ts', imported: '../concordance/plan.ts' };
  for (const { path, imported } of [...files, program, jobs]) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), `import '${imported}';\n`);
  }
  const found = await findingsIn(copy);
  const expected = [...files, program, jobs].map(({ path }) => `${path} noRestrictedImports`);
  expect(found.filter((finding) => finding.endsWith('noRestrictedImports'))).toEqual(expected.sort());
});

test('a circle is an error, also one of types only', async () => {
  const copy = await copyOfSources();
  await writeFile(
    join(copy, 'src/rules/one.ts'),
    "import type { Two } from './two.ts';\n\nexport type One = Two | 1;\n",
  );
  await writeFile(
    join(copy, 'src/rules/two.ts'),
    "import type { One } from './one.ts';\n\nexport type Two = One[];\n",
  );
  expect(await findingsIn(copy)).toEqual([
    'src/rules/one.ts noImportCycles',
    'src/rules/two.ts noImportCycles',
  ]);
});

async function copyOfSources(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imports-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['src', 'biome.json']) await cp(name, join(folder, name), { recursive: true });
  return folder;
}

/** What `biome check` calls an error in a folder, as `FILE RULE`, sorted. */
async function findingsIn(folder: string): Promise<string[]> {
  const biome = join(process.cwd(), 'node_modules/.bin/biome');
  const args = ['check', '--reporter=github', '--max-diagnostics=none', '.'];
  const { stdout } = await promisify(execFile)(biome, args, { cwd: folder }).catch((failed) => failed);
  return [...String(stdout).matchAll(/^::error title=\S*?(\w+),file=([^,]+),/gm)]
    .map(([, rule, file]) => `${relative(folder, file as string)} ${rule}`)
    .sort();
}
