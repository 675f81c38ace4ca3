/** One request, its body whole. */
export interface Request {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** Everything from the first line to the last header. */
  readonly head: string;
  readonly body: Buffer;
}

export interface Hearer {
  onRequest(request: Request): void;
  /** The client waits to be told to send its body. */
  onExpect(): void;
}

const END = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const EXPECT = /\r\nexpect: *100-continue/i;
const UNSUPPORTED = /\r\n(?:transfer-encoding|content-encoding: *aws-chunked)[^\r]*/i;

/** Reads the requests of one connection, in whatever pieces they come. A body must have a Content-Length, as those of
 * bytes in memory have; any other throws. */
export class RequestParser {
  readonly #hearer: Hearer;
  /** The beginning of a head whose end has not come. */
  #rest: Buffer = NOTHING;
  /** A head whose body is on its way. */
  #open: { readonly head: string; readonly body: Buffer; filled: number } | undefined;

  constructor(hearer: Hearer) {
    this.#hearer = hearer;
  }

  feed(chunk: Buffer): void {
    let left = chunk;
    while (left.length > 0) left = this.#open ? this.#readBody(this.#open, left) : this.#readHead(left);
  }

  /** Returns what comes behind the head, or nothing when its end is not there. */
  #readHead(chunk: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    const end = bytes.indexOf(END);
    if (end === -1) {
      this.#rest = bytes;
      return NOTHING;
    }
    const head = bytes.toString('latin1', 0, end);
    const length = head.startsWith('GET ') ? 0 : Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (length === 0) this.#finish(head, NOTHING);
    else {
      const unsupported = UNSUPPORTED.exec(head);
      if (unsupported) throw new Error(`expected a plain body, found ${unsupported[0].trim()}`);
      this.#open = { head, body: Buffer.allocUnsafe(length), filled: 0 };
      if (EXPECT.test(head)) this.#hearer.onExpect();
    }
    return bytes.subarray(end + END.length);
  }

  #readBody(open: { head: string; body: Buffer; filled: number }, chunk: Buffer): Buffer {
    const taken = chunk.copy(open.body, open.filled);
    open.filled += taken;
    if (open.filled === open.body.length) {
      this.#open = undefined;
      this.#finish(open.head, open.body);
    }
    return chunk.subarray(taken);
  }

  #finish(head: string, body: Buffer): void {
    const method = head.slice(0, head.indexOf(' '));
    const target = head.slice(method.length + 1, head.indexOf(' ', method.length + 1));
    this.#hearer.onRequest({ method, target, head, body });
  }
}
