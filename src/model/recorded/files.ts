import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunError } from '../../shared/errors.ts';
import type { PendingCall } from '../call.ts';
import type { Message } from '../message.ts';

/** Name of the file that holds the answer to the call with this hash. */
export function fileOf(hash: string): string {
  return `${hash}.json`;
}

/** Keeps an answer for RecordedTransport; the folder is made where it is missing, and nobody sees half a file.
 * Throws RunError when it cannot be written. */
export async function record(
  folder: string,
  { hash, model }: Pick<PendingCall, 'hash' | 'model'>,
  message: Message,
): Promise<void> {
  const path = join(folder, fileOf(hash));
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
