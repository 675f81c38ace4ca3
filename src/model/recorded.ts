import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { RunError } from '../shared/errors.ts';
import { at, parseJsonObject } from '../shared/json.ts';
import type { CallContext, CallOutcome, PendingCall, Transport } from './call.ts';
import { HOPELESS } from './failure-detector.ts';
import { type Message, readMessage } from './message.ts';

const CONCURRENCY = 16;

/** Keeps an answer for RecordedTransport; the folder is made where it is missing, and nobody sees half a file.
 * Throws RunError when it cannot be written. */
export async function record(
  folder: string,
  { hash, model }: Pick<PendingCall, 'hash' | 'model'>,
  message: Message,
): Promise<void> {
  const path = pathOf(folder, hash);
  const temporary = `${path}.${randomUUID()}.tmp`;
  const recording = { schema_version: 1, hash, model, message };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, `${JSON.stringify(recording, null, 2)}\n`, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    const { message: found } = cause as Error;
    throw new RunError(`writing ${path} failed: ${found}; check the folder of --record`, { cause });
  }
}

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
        if (missing === first) {
          throw new RunError(
            `expected recorded answers in ${this.#folder}, found none for the first ${missing} calls; record them with --transport messages --record ${this.#folder}`,
          );
        }
        await context.completed(call, outcome);
      },
      { concurrency: CONCURRENCY },
    );
  }

  async #read({ hash }: PendingCall): Promise<CallOutcome> {
    const path = pathOf(this.#folder, hash);
    const failed = (reason: string, found: string) => {
      return { reason, error: `${path}: expected a recording${found}`, transient: false };
    };
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (typeof text !== 'string') {
      return text.code === 'ENOENT'
        ? failed('not_recorded', ', found none; make it with --record')
        : failed('unreadable', `, found ${text.code}`);
    }
    const recording = parseJsonObject(text);
    const isOurs = at(recording, 'schema_version') === 1 && at(recording, 'hash') === hash;
    const message = isOurs ? readMessage(at(recording, 'message')) : undefined;
    return message
      ? { message, latencyMs: null }
      : failed('unreadable', ` of ${hash}; make it anew with --record`);
  }
}

function pathOf(folder: string, hash: string): string {
  return join(folder, `${hash}.json`);
}
