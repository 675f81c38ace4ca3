import { afterEach, expect, it, vi } from 'vitest';
import { readableLines } from '../../src/terminal/log.ts';
import { paintFor } from '../../src/terminal/page.ts';
import { showEnd, showStart } from '../../src/terminal/screen.ts';

const EVIL = '\u001b]0;owned\u0007\u009b2K\u202e';
const FOUND = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;

let written = '';
const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
  written += text;
  return true;
});
afterEach(() => {
  written = '';
  vi.unstubAllEnvs();
});
const ended = { job: 'single', duration_seconds: 1, result_uri: null, report_uri: null };

it.each([
  ['an error', { ...ended, status: 'ERROR' as const, error: `refused ${EVIL}` }],
  [
    'a model’s words',
    {
      ...ended,
      status: 'OK' as const,
      summary: { artifact_key: `k ${EVIL}`, original_model: EVIL, original_decision: { [EVIL]: EVIL } },
    },
  ],
  [
    'the name of an agent',
    {
      ...ended,
      job: 'counterfactual',
      status: 'OK' as const,
      summary: {
        per_agent: [],
        artifacts_loaded: 0,
        agents_skipped_thin_sample: [{ agent_id_base: EVIL, skip_reason: 'x' }],
        controls: {
          status: 'passed',
          positive: { tested: [], failed: [] },
          negative: { tested: 0, failed: [] },
        },
      },
    },
  ],
])('%s of others steers no terminal', (_what, document) => {
  // Of a summary the parts that matter here.
  showEnd(document as Parameters<typeof showEnd>[0]);
  expect(write).toHaveBeenCalled();
  expect(written).toContain('\\u009b2K');
  expect(written).not.toMatch(FOUND);
});

it('nor do the folders that are named, nor the records of the log', () => {
  showStart(
    { job: 'counterfactual', corpus: `file:///${EVIL}`, out: `file:///${EVIL}` },
    { start: '', end: '' },
  );
  const record = {
    level: 'error',
    msg: `no ${EVIL}`,
    err: { message: EVIL, stack: `at ${EVIL}` },
    [EVIL]: EVIL,
  };
  readableLines(process.stderr).write(JSON.stringify(record));
  expect(written).toContain('ERROR');
  expect(written).not.toMatch(FOUND);
});

it.each([
  ['a terminal that has them', { isTTY: true, getColorDepth: () => 24 }, {}, true],
  ['a terminal that has none', { isTTY: true, getColorDepth: () => 1 }, {}, false],
  ['a file', { isTTY: false }, {}, false],
  ['a file, where they are forced', { isTTY: false }, { FORCE_COLOR: '1' }, true],
])('%s decides about colours as for Node', (_what, facts, env, coloured) => {
  for (const [name, value] of Object.entries({ FORCE_COLOR: undefined, NO_COLOR: undefined, ...env })) {
    vi.stubEnv(name, value);
  }
  const stream = Object.assign(Object.create(process.stderr), facts);
  expect(paintFor(stream)('bad', 'x') !== 'x').toBe(coloured);
  expect(paintFor(stream)('bad', '')).toBe('');
});
