/** One datapoint of a metric. */
export interface Datum {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: 'None' | 'Count';
  readonly value: number;
}
