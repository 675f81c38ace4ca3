import {
  AccessError,
  ChangedError,
  FitError,
  LoadError,
  NotFoundError,
  ReplayError,
  RunError,
  TransientError,
} from '../shared/errors.ts';
import type { ReadCounts } from '../store/store.ts';

/** What happened in a worker beside its answers, since it last told. */
export interface Counts extends ReadCounts {
  /** Pieces of finished work that the store would not keep, and why the first was not. */
  notKept: number;
  notKeptReason?: string;
}

/** What a worker answers. A thrown error would lose its class on the way to the main thread, and a fault is told from
 * others by its class. */
export type Answer<T> = { readonly counts: Counts } & (
  | { readonly value: T }
  | { readonly fault: { readonly name: string; readonly message: string; readonly passes: boolean } }
);

const CLASSES: Readonly<
  Record<string, new (message: string, options: ErrorOptions & { passes: boolean }) => ReplayError>
> = {
  LoadError,
  AccessError,
  NotFoundError,
  ChangedError,
  FitError,
  RunError,
  TransientError,
};

/** Calls, and answers with what comes of it. Throws only programming errors. */
export async function answer<T>(call: () => T | Promise<T>, counts: () => Counts): Promise<Answer<T>> {
  try {
    const value = await call();
    return { value, counts: counts() };
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    const { name, message } = error;
    const passes = error instanceof AccessError && error.passes;
    return { fault: { name, message, passes }, counts: counts() };
  }
}

/** The value of an answer. Throws the fault in its own class. */
export function unwrap<T>(answer: Answer<T>): T {
  if ('value' in answer) return answer.value;
  const { name, message, passes } = answer.fault;
  throw new (CLASSES[name] ?? RunError)(message, { passes });
}
