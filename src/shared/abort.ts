/** Calls `listener` once, when the signal is aborted: at once where it already is. Returns a function that removes the
 * listener. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Settles as `running` does, or rejects with the signal's reason as soon as it is aborted. What runs on is left alone,
 * and its own failure is then ignored. */
export async function untilAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const remove = onAbort(signal, () => reject(signal.reason));
  try {
    return await Promise.race([aborted, running]);
  } finally {
    remove();
  }
}
