import type { IncomingHttpHeaders } from 'node:http';

/** What goes wrong. */
export type Misdeed =
  | {
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Bytes of the body that are sent, under a Content-Length that promises all of them. */
  | { readonly truncateAt: number }
  /** Milliseconds before the answer. */
  | { readonly delay: number }
  /** Some gateway's page in the place of an answer, with status 200: nothing is done. */
  | { readonly page: string }
  /** The last byte is another. */
  | 'corrupt'
  /** Something that is not HTTP. */
  | 'garbled'
  | 'reset'
  /** The request is done, its answer never comes. */
  | 'lost'
  /** Headers, then nothing, the connection held open. */
  | 'stall';

export interface Fault {
  readonly does: Misdeed;
  /** Requests it meets; all by default. */
  readonly on?: (request: S3Request) => boolean;
  /** How often it strikes; for ever by default. */
  readonly times?: number;
}

/** A request as it came. */
export interface S3Request {
  readonly method: string;
  /** Without the bucket; empty for a listing. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export class Faults {
  #open: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#open.push({ fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.#open = [];
  }

  /** What goes wrong with a request: of several faults that meet it the first one strikes. */
  strike(request: S3Request): Misdeed | undefined {
    const struck = this.#open.find(({ fault, left }) => left > 0 && (fault.on?.(request) ?? true));
    if (struck) struck.left -= 1;
    return struck?.fault.does;
  }
}
