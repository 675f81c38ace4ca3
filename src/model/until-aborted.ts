/** Resolves to what `wait` resolves it with, or to undefined as soon as the signal is aborted, when what `wait`
 * returned is called to take the waiter away. */
export function untilAborted<T>(signal: AbortSignal, wait: (resolve: (value: T) => void) => () => void) {
  return new Promise<T | undefined>((resolve) => {
    if (signal.aborted) return resolve(undefined);
    let forget = () => {};
    const stop = () => {
      forget();
      resolve(undefined);
    };
    signal.addEventListener('abort', stop, { once: true });
    forget = wait((value) => {
      signal.removeEventListener('abort', stop);
      resolve(value);
    });
  });
}
