import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** S3's errors are of a kilobyte. What a proxy answers in its place may be of any size: its beginning tells. */
const ERROR_BYTES = 65_536;

export interface Request {
  readonly path: string;
  readonly headers: string[];
  /** Of a body that is too large to take, its size. */
  readonly refuse: (bytes: number) => Error;
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

/** Sends one GET. Throws what keeps it from an answer: faults of the network, `refuse`'s error, the signal's reason. */
export async function ask(dispatcher: Dispatcher, request: Request): Promise<Answer> {
  const { path, headers, signal } = request;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const handler = new AnswerHandler(request, resolve, reject);
    signal?.addEventListener('abort', handler.abort, { once: true });
    dispatcher.dispatch({ method: 'GET', path, headers }, handler);
  });
}

/** undici's `request` makes a stream of every body, which costs a tenth of a small read. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #request: Request;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #length = 0;

  constructor(request: Request, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Also rejects what still waits for a connection, and has no controller yet. */
  readonly abort = (): void => {
    const reason = this.#request.signal?.reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#request.signal?.aborted) controller.abort(this.#request.signal.reason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders) {
    this.#status = status;
    this.#headers = headers;
    this.#limit(controller, Number(headers['content-length']));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    this.#limit(controller, this.#length);
    if (this.#status === 200 || this.#length <= ERROR_BYTES) return;
    this.#settle();
    controller.abort(new Error(`expected an error of at most ${ERROR_BYTES} bytes`));
  }

  onResponseEnd(): void {
    this.#settle();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#status === 0) this.#fail(error);
    else this.#settle(error);
  }

  #limit(controller: Dispatcher.DispatchController, bytes: number): void {
    // An error says what it is, however small the object was to be.
    if (this.#status !== 200 || !(bytes > this.#request.maxBytes)) return;
    const refused = this.#request.refuse(bytes);
    this.#fail(refused);
    controller.abort(refused);
  }

  #settle(brokenOff?: Error): void {
    this.#request.signal?.removeEventListener('abort', this.abort);
    const [first = Buffer.alloc(0)] = this.#chunks;
    const body = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#length) : first;
    const answer = { status: this.#status, headers: this.#headers, body };
    this.#resolve(brokenOff ? { ...answer, brokenOff } : answer);
  }

  #fail(error: Error): void {
    this.#request.signal?.removeEventListener('abort', this.abort);
    this.#reject(error);
  }
}
