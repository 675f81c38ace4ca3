/** What the server tells of itself. */
export interface Stats {
  /** Processor time since the start, ms, user and system. */
  readonly cpuMs: number;
  readonly gets: number;
  readonly puts: number;
  readonly lists: number;
  /** When the first object of a bucket was asked for since the last reset, ms since 1970. */
  readonly firstGet: Readonly<Record<string, number>>;
}
