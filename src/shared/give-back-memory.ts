import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of a process for which half a second is well spent. */
const LARGE = 448 * 1024 * 1024;

/** Whether this process has so much memory that what takes more had better wait. */
export function isLarge(): boolean {
  return process.memoryUsage.rss() >= LARGE;
}

/** Gives memory that this thread no longer needs back to the system. V8 itself keeps garbage until the heap has doubled,
 * and what it has freed for long after, however much other threads need. */
export function giveBackMemory(): void {
  if (!isLarge()) return;
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
