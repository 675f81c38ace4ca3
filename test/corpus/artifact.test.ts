import { describe, expect, it, vi } from 'vitest';
import { readEnvelope, readUnchecked } from '../../src/corpus/artifact.ts';

const NAMES = { day: '2026-05-16', agentId: 'ic_cio', artifactRunId: '2026-05-15' };
const KEY = { key: '2026/05/16/ic_cio/2026-05-15.json', ...NAMES };
const GOOD = {
  schema_version: 2,
  run_id: '2026-05-15',
  agent_id: 'ic_cio',
  timestamp: '2026-05-16T11:00:00.123456+00:00',
  input_data_snapshot: { run_date: '2026-05-15' },
  input_data_truncated_at: null,
  agent_output: { ic_decisions: [] },
};

describe('readEnvelope', () => {
  it.each([1, 2, undefined])('reads schema version %s', (schema_version) => {
    const { artifact, capturedAt, drop } = readEnvelope({ ...GOOD, schema_version }, KEY);
    expect(drop).toBeUndefined();
    expect(artifact).toMatchObject({ ...NAMES, snapshot: { run_date: '2026-05-15' } });
    expect(new Date(capturedAt).toISOString()).toBe('2026-05-16T11:00:00.123Z');
  });

  it.each([
    ['an unknown version', { schema_version: 3 }, 'unknown_schema_version'],
    ['a snapshot of another type', { input_data_snapshot: [] }, 'malformed_envelope'],
    ['an output of another type', { agent_output: 'x' }, 'malformed_envelope'],
    ['no output', { agent_output: undefined }, 'malformed_envelope'],
    ['an original size', { input_data_truncated_at: 1_200_000 }, 'truncated_snapshot'],
    [
      'one field cut',
      { input_data_snapshot: { a: { _truncated: true, original_field: 'a', original_size_bytes: 9 } } },
      'truncated_snapshot',
    ],
    ['the snapshot cut', { input_data_snapshot: { _truncated: true, cap_bytes: 9 } }, 'truncated_snapshot'],
    ['an empty output', { agent_output: {} }, 'empty_output'],
    ['stub text deep inside', { agent_output: { a: [{ b: 'x [DRY-RUN stub]' }] } }, 'dry_run_stub'],
  ])('drops %s', (_, change, reason) => {
    expect(readEnvelope({ ...GOOD, ...change }, KEY).drop).toBe(reason);
  });

  it('keeps stub text that is only in the snapshot', () => {
    const json = { ...GOOD, input_data_snapshot: { prior_report: '[DRY-RUN stub]' } };
    expect(readEnvelope(json, KEY).drop).toBeUndefined();
  });

  it.each([7, 'run 1', '2026', '2026-02-30T11:00:00Z', '2026-05-16T11:00:00Z[UTC]'])(
    'has no capture time when the timestamp is unreadable: %j',
    (timestamp) => {
      expect(readEnvelope({ ...GOOD, timestamp }, KEY).capturedAt).toBeNaN();
    },
  );

  it.each([
    '2026-05-16T11:00:00',
    '2026-05-16 11:00',
    '2026-05-16T13:00:00.000001+02:00',
    '2026-05-16T07:00:00-0400',
  ])('takes a time without an offset for UTC, wherever it runs: %s', (timestamp) => {
    vi.stubEnv('TZ', 'America/New_York');
    const { capturedAt } = readEnvelope({ ...GOOD, timestamp }, KEY);
    vi.unstubAllEnvs();
    expect(new Date(capturedAt).toISOString()).toBe('2026-05-16T11:00:00.000Z');
  });

  it('takes a day alone for its beginning', () => {
    expect(readEnvelope({ ...GOOD, timestamp: '2026-05-16' }, KEY).capturedAt).toBe(Date.UTC(2026, 4, 16));
  });

  it('walks an output nested deeper than the stack', () => {
    const agent_output = JSON.parse(`{"a":${'['.repeat(1e5)}"[DRY-RUN"${']'.repeat(1e5)}}`);
    expect(readEnvelope({ ...GOOD, agent_output }, KEY).drop).toBe('dry_run_stub');
  });
});

describe('readUnchecked', () => {
  it('drops nothing, as the originals did', () => {
    const read = readUnchecked({ ...GOOD, agent_output: {}, input_data_truncated_at: 5 }, KEY);
    expect(read).not.toHaveProperty('drop');
    expect(read.artifact.output).toEqual({});
  });
});
