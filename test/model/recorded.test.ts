import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/model/message.ts';
import { RecordedTransport, record } from '../../src/model/recorded.ts';
import { RunError } from '../../src/shared/errors.ts';
import { callOf, callsOf, MODEL, Recorder } from './calls.ts';

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  content: [{ type: 'text', text: '{}' }],
  usage: { input_tokens: 10, output_tokens: 2 },
} as unknown as Message;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recordings-'));
});

describe('a recording', () => {
  it('is a file of its own, readable, in a folder that is made for it', async () => {
    const deep = join(folder, 'new', 'one');
    await record(deep, callOf('abc'), MESSAGE);
    expect(await readdir(deep)).toEqual(['abc.json']);
    const text = await readFile(join(deep, 'abc.json'), 'utf8');
    expect(text).toContain('{\n  "schema_version": 1,\n  "hash": "abc"');
    expect(JSON.parse(text)).toEqual({ schema_version: 1, hash: 'abc', model: MODEL, message: MESSAGE });
  });

  it('that cannot be written ends the run', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(record(join(folder, 'file'), callOf('abc'), MESSAGE)).rejects.toBeInstanceOf(RunError);
  });
});

describe('the recorded transport', () => {
  it('answers what was recorded, and tells what was not', async () => {
    const calls = callsOf(30);
    for (const call of calls.slice(0, 5)) await record(folder, call, MESSAGE);
    const recorder = new Recorder({ limitUsd: 1 });
    await new RecordedTransport(folder).send(calls, recorder);
    expect(recorder.outcomes).toHaveLength(30);
    expect(recorder.outcomes.find(({ hash }) => hash === 'call 3')?.outcome).toEqual({
      message: MESSAGE,
      latencyMs: null,
    });
    expect(recorder.reasons).toEqual(Array(25).fill('not_recorded'));
    expect(recorder.errors[0]).toContain('--record');
    expect(recorder.budget.spentUsd).toBeCloseTo(5 * recorder.cost(MESSAGE), 12);
  });

  it('leaves out what is not wanted', async () => {
    const calls = callsOf(40).map((call, index) => ({ ...call, isWanted: async () => index % 2 === 0 }));
    for (const call of calls) await record(folder, call, MESSAGE);
    const recorder = new Recorder();
    await new RecordedTransport(folder).send(calls, recorder);
    expect(recorder.answered).toBe(20);
    expect(recorder.outcomes).toHaveLength(20);
  });

  it('takes no file that is not the recording of this call', async () => {
    const texts = ['{', '[]', '{"schema_version":1,"hash":"call 2","message":{}}'];
    for (const [index, text] of texts.entries()) await writeFile(join(folder, `call ${index}.json`), text);
    await writeFile(
      join(folder, 'call 3.json'),
      JSON.stringify({ schema_version: 1, hash: 'another', model: MODEL, message: MESSAGE }),
    );
    await record(folder, callOf('call 4'), MESSAGE);
    const recorder = new Recorder();
    await new RecordedTransport(folder).send(callsOf(5).reverse(), recorder);
    expect(recorder.answered).toBe(1);
    expect(recorder.reasons).toEqual(Array(4).fill('unreadable'));
  });

  it.for([3, 500])('ends the run when nothing is recorded of %i calls', async (count) => {
    const recorder = new Recorder();
    const running = new RecordedTransport(folder).send(callsOf(count), recorder);
    await expect(running).rejects.toBeInstanceOf(RunError);
    await expect(running).rejects.toThrow(`--record ${folder}`);
    expect(recorder.outcomes.length).toBeLessThan(40);
  });

  it('keeps to the budget', async () => {
    const calls = callsOf(50, { worstUsd: 0.001 });
    for (const call of calls) await record(folder, call, MESSAGE);
    const recorder = new Recorder({ limitUsd: 0.0011 });
    await new RecordedTransport(folder).send(calls, recorder);
    expect(recorder.budget.exhausted).toBe(true);
    expect(recorder.answered).toBeGreaterThan(0);
    expect(recorder.answered).toBeLessThan(50);
    expect(recorder.budget.spentUsd).toBeLessThanOrEqual(0.0011);
  });

  it('begins no call once aborted', async () => {
    const recorder = new Recorder({ signal: AbortSignal.abort() });
    await new RecordedTransport(folder).send(callsOf(5), recorder);
    expect(recorder.outcomes).toEqual([]);
  });
});
