import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `attempt` with the number of the try (1, 2, …) until it returns. After each error `delayOf` gives the
 * milliseconds to wait before the next try, or throws the error that ends the trying. Throws the signal's reason
 * as soon as it is aborted. */
export async function retry<T>(
  attempt: (tries: number) => Promise<T>,
  delayOf: (error: unknown, tries: number) => number,
  signal?: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(tries);
    } catch (error) {
      signal?.throwIfAborted();
      await pause(delayOf(error, tries), signal);
    }
  }
}

/** Waits; throws the signal's reason as soon as it is aborted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
}
