import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { RunError } from '../../shared/errors.ts';
import { at, parseJsonObject } from '../../shared/json.ts';
import type { CallContext, CallOutcome, PendingCall, Transport } from '../call.ts';
import { HOPELESS } from '../failure-detector.ts';
import { readMessage } from '../message.ts';
import { fileOf } from './files.ts';

const CONCURRENCY = 16;

/** Answers calls from a folder of recordings, as if they were made and paid now. No network. */
export class RecordedTransport implements Transport {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Throws RunError when there is no recording for any of the first calls. */
  async send(calls: readonly PendingCall[], context: CallContext): Promise<void> {
    const first = Math.min(HOPELESS, calls.length);
    let missing = 0;
    let isOver = false;
    await pMap(
      calls,
      async (call, index) => {
        if (isOver || context.signal.aborted) return;
        if (call.isWanted && !(await call.isWanted(context.signal))) return;
        const reservation = await context.budget.reserve(call.worstUsd);
        if (!reservation) {
          isOver = true;
          return;
        }
        let outcome: CallOutcome | undefined;
        try {
          outcome = context.signal.aborted ? undefined : await this.#read(call);
        } finally {
          reservation.settle(outcome && 'message' in outcome ? context.cost(outcome.message) : 0);
        }
        if (!outcome) return;
        if (index < first && 'reason' in outcome && outcome.reason === 'not_recorded') missing += 1;
        if (missing === first) throw this.#noRecordings(missing);
        await context.completed(call, outcome);
      },
      { concurrency: CONCURRENCY },
    );
  }

  async #read(call: PendingCall): Promise<CallOutcome> {
    const path = join(this.#folder, fileOf(call.hash));
    const unusable = (reason: string, error: string) => ({ reason, error, transient: false });
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') return unusable('unreadable', `${path}: expected a recording, found ${code}`);
      return unusable('not_recorded', `${path}: expected a recording, found none; make it with --record`);
    }
    const message = messageIn(text, call);
    if (message) return { message, latencyMs: null };
    return unusable(
      'unreadable',
      `${path}: expected a recording of ${call.hash}; make it anew with --record`,
    );
  }

  #noRecordings(missing: number): RunError {
    const found = `expected recorded answers in ${this.#folder}, found none for the first ${missing} calls`;
    return new RunError(`${found}; record them with --transport messages --record ${this.#folder}`);
  }
}

function messageIn(text: string, { hash }: PendingCall) {
  const recording = parseJsonObject(text);
  const isOurs = at(recording, 'schema_version') === 1 && at(recording, 'hash') === hash;
  return isOurs ? readMessage(at(recording, 'message')) : undefined;
}
