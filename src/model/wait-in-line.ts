import { onAbort } from '../shared/abort.ts';

/** Resolves to what `join` passes to its argument, or to undefined once the signal is aborted. `join` returns how to
 * leave the line, which is called on an abort. */
export function waitInLine<T>(
  signal: AbortSignal,
  join: (admit: (value: T) => void) => () => void,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const removeListener = onAbort(signal, () => {
      leave();
      resolve(undefined);
    });
    const leave = join((value) => {
      removeListener();
      resolve(value);
    });
  });
}
