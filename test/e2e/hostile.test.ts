import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FIXTURES_END, type Json, readJson, run, temporaryFolder, writeObjects } from './program.ts';

const MIB = 1024 * 1024;

function cio(tickers: number, change: object = {}): string {
  const candidates = Array.from({ length: tickers }, (_, n) => ({
    ticker: `T${n}`,
    team_id: 'technology',
    quant_score: 40 + n,
    qual_score: 50 + n,
    conviction: 60,
    catalysts: [],
  }));
  const ic_decisions = candidates.map(({ ticker, quant_score }) => ({
    ticker,
    decision: quant_score > 45 ? 'ADVANCE' : 'REJECT',
    rationale: 'because',
  }));
  return JSON.stringify({
    schema_version: 2,
    run_id: 'r',
    agent_id: 'ic_cio',
    timestamp: '2026-07-11T10:00:00+00:00',
    model_metadata: null,
    full_prompt_context: null,
    input_data_snapshot: { candidates },
    agent_output: { ic_decisions, advanced_tickers: [] },
    ...change,
  });
}

const OUTPUT_HOLE = { agent_output: { ic_decisions: 7, x: ['HOLE'] } };

/** Bad objects by leaf name, each with a word of the error it must be named with. */
const UNREADABLE: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
  'zero-bytes': ['', 'zero bytes'],
  broken: ['{"schema_version": 2,', 'expected JSON'],
  'not-an-object': ['[1, 2]', 'a list'],
  'half-a-packed-one': [gzipSync('{}').subarray(0, 12), 'gzip'],
  'packed-bomb': [gzipSync(Buffer.alloc(30 * MIB)), 'gzip'],
  'invalid-utf-8': [Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d), 'UTF-8'],
  brackets: ['['.repeat(100_000), 'expected JSON'],
  'thirty-mib': [`{"a":"${'x'.repeat(30 * MIB)}"}`, 'bytes'],
  'key with blanks: %41 ü': ['nonsense', 'expected JSON'],
};

const READABLE: Readonly<Record<string, string | Uint8Array>> = {
  good: cio(12),
  'good-but-packed': gzipSync(cio(12)),
  'good-with-mark': `\ufeff${cio(12)}`,
  'good-with-nan': cio(12).replace('"quant_score":40', '"quant_score":NaN'),
  'good with blanks %41 ü:+': cio(12),
  'proto-keys': cio(12).replace('"schema_version"', '"__proto__":{"x":1},"schema_version"'),
  'proto-ticker': cio(12).replaceAll('"T3"', '"__proto__"').replaceAll('"T4"', '"constructor"'),
};

const DROPPED: Readonly<Record<string, readonly [string, string]>> = {
  'wrong-snapshot': [cio(3, { input_data_snapshot: 'text' }), 'malformed_envelope'],
  'nested-output': [
    cio(3).replace('"advanced_tickers":[]', `"x":${'['.repeat(1e5)}${']'.repeat(1e5)},"ic_decisions":7`),
    'no_decision',
  ],
  // Of what four MiB can hold, these take the most memory when parsed.
  'dense-objects': [cio(3, OUTPUT_HOLE).replace('"HOLE"', `${'[{}],'.repeat(0.79 * MIB)}{}`), 'no_decision'],
  'deep-brackets': [
    cio(3, OUTPUT_HOLE).replace('"HOLE"', `${'['.repeat(2 * MIB - 1000)}${']'.repeat(2 * MIB - 1000)}`),
    'no_decision',
  ],
};

describe('a hostile corpus', () => {
  it('costs what is bad, by name, and nothing else', async () => {
    const { path, uri } = await temporaryFolder();
    const at = (leaf: string) => `2026/07/11/ic_cio/${leaf}.json`;
    const objects: Record<string, string | Uint8Array> = {};
    for (const [leaf, [body]] of Object.entries(UNREADABLE)) objects[at(leaf)] = body;
    for (const [leaf, body] of Object.entries(READABLE)) objects[at(leaf)] = body;
    for (const [leaf, [body]] of Object.entries(DROPPED)) objects[at(leaf)] = body;
    objects['2026/07/11/nobody:knows/x.json'] = '{';
    objects['2026/07/11/stray.json'] = '{';
    await writeObjects(path, objects);
    await symlink('/etc/hostname', join(path, '2026/07/11/ic_cio/escape.json'));
    await symlink('..', join(path, '2026/07/11/loop'));

    const { code, stdout, envelope } = await run([
      'counterfactual',
      '--corpus',
      uri,
      '--end-time-iso',
      FIXTURES_END,
    ]);
    expect(code).toBe(0);
    expect(envelope.status).toBe('PARTIAL');
    expect(stdout.length).toBeLessThan(64 * 1024);

    const { lists } = await readJson(path, '_replay_runs/2607110900/counterfactual.json');
    const failures = new Map<string, string>(lists.load_failures.map(({ key, error }: Json) => [key, error]));
    expect([...failures.keys()].sort()).toEqual(Object.keys(UNREADABLE).map(at).sort());
    for (const [leaf, [, word]] of Object.entries(UNREADABLE)) expect(failures.get(at(leaf))).toContain(word);
    expect(lists.dropped.map(({ key, reason }: Json) => [key, reason])).toEqual(
      Object.entries(DROPPED)
        .map(([leaf, [, reason]]) => [at(leaf), reason])
        .sort(),
    );
    expect(lists.unknown_agents).toEqual({ 'nobody:knows': 1 });
    const ignored = lists.ignored_keys.map(({ key }: Json) => key);
    expect(ignored).toEqual(expect.arrayContaining(['2026/07/11/stray.json']));
    expect(ignored.some((key: string) => key.includes('escape'))).toBe(true);
    expect(ignored.some((key: string) => key.includes('loop'))).toBe(true);

    const good = Object.keys(READABLE).length;
    expect(envelope.summary.per_family.ic_cio).toMatchObject({
      listed: good + Object.keys(UNREADABLE).length + Object.keys(DROPPED).length,
      loaded: good + Object.keys(DROPPED).length,
      rows: good * 12,
    });
  });

  it('keeps the envelope small over thousands of bad objects with long names', async () => {
    const { path, uri } = await temporaryFolder();
    const leaf = 'x'.repeat(200);
    const objects = { '2026/07/11/ic_cio/good.json': cio(12) };
    for (let n = 0; n < 3000; n += 1) Object.assign(objects, { [`2026/07/11/ic_cio/${leaf}${n}.json`]: '{' });
    await writeObjects(path, objects);
    const { code, stdout, envelope } = await run([
      'counterfactual',
      '--corpus',
      uri,
      '--end-time-iso',
      FIXTURES_END,
    ]);
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(64 * 1024);
    expect(envelope.summary.load_failures.count).toBe(3000);
    expect(envelope.summary.load_failures.sample).toHaveLength(20);
  });
});
