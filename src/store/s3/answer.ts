import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { tooLarge } from '../store.ts';

/** S3's errors are of a kilobyte. What a proxy answers in its place may be of any size: its beginning tells. */
const ERROR_BYTES = 65_536;

export interface Request {
  readonly path: string;
  readonly headers: string[];
}

interface Limits {
  /** Of the object, for the message. */
  readonly key: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Why the body ends too early. */
  readonly brokenOff?: Error;
}

/** Sends one GET. Throws what keeps it from an answer: faults of the network, LoadError for a body that is too large, the
 * signal's reason. undici's `request` makes a stream of every body, which costs a tenth of a small read. */
export async function ask(dispatcher: Dispatcher, request: Request, limits: Limits): Promise<Answer> {
  const { key, maxBytes, signal } = limits;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let controller: Dispatcher.DispatchController | undefined;
  let status = 0;
  let headers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  let length = 0;

  const settle = (brokenOff?: Error) => {
    const [first = Buffer.alloc(0)] = chunks;
    const body = chunks.length > 1 ? Buffer.concat(chunks, length) : first;
    resolve({ status, headers, body, ...(brokenOff && { brokenOff }) });
  };
  /** Also rejects what still waits for a connection, and has no controller yet. */
  const giveUp = (reason: Error) => {
    reject(reason);
    controller?.abort(reason);
  };
  const limit = (bytes: number) => {
    // An error says what it is, however small the object was to be.
    if (status === 200 && bytes > maxBytes) giveUp(tooLarge(key, bytes, maxBytes));
  };
  const abort = () => giveUp(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  dispatcher.dispatch(
    { method: 'GET', ...request },
    {
      onRequestStart(own) {
        controller = own;
        if (signal?.aborted) own.abort(signal.reason);
      },
      onResponseStart(_, answered, found) {
        status = answered;
        headers = found;
        limit(Number(found['content-length']));
      },
      onResponseData(own, chunk) {
        chunks.push(chunk);
        length += chunk.length;
        limit(length);
        if (status === 200 || length <= ERROR_BYTES) return;
        settle();
        own.abort(new Error(`expected an error of at most ${ERROR_BYTES} bytes`));
      },
      onResponseEnd: () => settle(),
      onResponseError: (_, error) => (status === 0 ? reject(error) : settle(error)),
    },
  );
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}
