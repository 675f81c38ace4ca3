import { z } from 'zod';
import * as t from './parts.ts';

const datum = z.object({
  name: t.text('Metric'),
  dimensions: t.map('Dimensions, by name', z.string()),
  unit: t.oneOf('Unit', ['None', 'Count']),
  value: t.number('Value'),
});
/** One datapoint of a metric. */
export type Datum = t.Published<typeof datum>;

/** A datapoint in the file of a run's metrics. */
export const metricsRow = datum.extend({ timestamp: t.instant('Window end, or now where that is to come') });
export type MetricsRow = t.Published<typeof metricsRow>;

/** What came of a run's metrics. */
export const emission = z.object({
  target: t.oneOf('Where datapoints go', ['cloudwatch', 'file', 'none']),
  emitted: t.count('Datapoints that went out'),
  skipped: t.rows('Agents whose datapoints were held back', {
    agent_id_base: t.agentId,
    reason: t.text('Why'),
  }),
  error: t.text('Why they did not go out').exactOptional(),
});
export type Emission = t.Published<typeof emission>;

export function metricsFileKey(runId: string, job: string): string {
  return `_metrics/${runId}_${job}.ndjson`;
}
