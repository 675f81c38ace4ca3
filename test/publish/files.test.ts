import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { Files } from '../../src/publish/files.ts';
import { openStore } from '../../src/store/open.ts';

let root: string;
let files: Files;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'files-'));
  files = new Files(openStore(pathToFileURL(root).href));
  return () => rm(root, { recursive: true });
});

async function contentOf(key: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(root, key), 'utf8'));
}

describe('files', () => {
  it('are JSON with two spaces and a last newline', async () => {
    expect(await files.write('a/b:c.json', { x: [1] })).toBe(true);
    expect(await readFile(join(root, 'a/b:c.json'), 'utf8')).toBe('{\n  "x": [\n    1\n  ]\n}\n');
  });

  it('have a latest.json beside them: a copy that names the file', async () => {
    await files.writeWithLatest('_counterfactual/ic_cio/2605160900.json', { run_id: '2605160900', n: 1 });
    expect(await contentOf('_counterfactual/ic_cio/latest.json')).toEqual({
      run_id: '2605160900',
      n: 1,
      artifact_key: '_counterfactual/ic_cio/2605160900.json',
    });
  });

  it('move latest.json forward, over the same run, and never back', async () => {
    const write = (run_id: string, n: number) => files.writeWithLatest(`x/${run_id}.json`, { run_id, n });
    await write('2605160900', 1);
    await write('2605160900', 2);
    expect(await contentOf('x/latest.json')).toMatchObject({ n: 2 });
    await write('2605090900', 3);
    expect(await contentOf('x/latest.json')).toMatchObject({ run_id: '2605160900', n: 2 });
    expect(await contentOf('x/2605090900.json')).toMatchObject({ n: 3 });
    await write('2605230900', 4);
    expect(await contentOf('x/latest.json')).toMatchObject({ run_id: '2605230900', n: 4 });
    expect(files.failures).toEqual([]);
  });

  it('replace a latest.json that is not JSON', async () => {
    await files.write('x/a.json', {});
    await writeFile(join(root, 'x/latest.json'), 'broken');
    await files.writeWithLatest('x/2605160900.json', { run_id: '2605160900' });
    expect(await contentOf('x/latest.json')).toMatchObject({ run_id: '2605160900' });
  });

  it('note a write that fails and go on', async () => {
    await writeFile(join(root, 'taken'), 'a file where a folder is needed');
    expect(await files.write('taken/x.json', {})).toBe(false);
    expect(await files.write('free/x.json', {})).toBe(true);
    expect(files.failures).toEqual([{ key: 'taken/x.json', error: expect.stringContaining('taken') }]);
  });
});
