/** What a client is to read, and how. */
export interface Order {
  readonly endpoint: string;
  /** Where the server is set, and asked about itself. */
  readonly control: string;
  readonly bucket: string;
  readonly prefix: string;
  /** The same objects as files. */
  readonly folder: string;
  /** File with all keys, one a line: the first `count` are read, the last `spare` beforehand, to warm up. */
  readonly keys: string;
  readonly count: number;
  readonly spare: number;
  readonly inFlight: number;
  readonly threads: number;
  /** Added to every answer, ms, as soon as the client is warm. */
  readonly latency: number;
}

/** What it took. */
export interface Reading {
  readonly seconds: number;
  /** Of the client's whole process. */
  readonly cpuMs: number;
  /** Of the server's over the same span. */
  readonly serverMs: number;
  /** Peak of the client's process, warm-up and all. */
  readonly peakMib: number;
}
