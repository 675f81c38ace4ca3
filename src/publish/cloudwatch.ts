import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Datum } from '../results/metrics.ts';
import { inRegion } from '../shared/aws-region.ts';
import { RunError, TransientError } from '../shared/errors.ts';
import { retryOptions } from '../store/retry.ts';
import { diagnose, factsOf } from '../store/s3/diagnosis.ts';
import { retryStrategy } from '../store/s3/retry-strategy.ts';

const NAMESPACE = 'AlphaEngine/Eval';
/** PutMetricData takes a thousand metrics a request. */
const MAX_PER_REQUEST = 1000;
/** Without a byte, before or within an answer. Of the SDK's own `requestTimeout` it only warns, and waits for ever. */
const IDLE_TIMEOUT_MS = 5_000;
/** Their shortest waits outlast an outage of three seconds. The longest, with a timeout for each, end before another run
 * may take the claim over. */
const MAX_TRIES = 6;

/** Sends datapoints to CloudWatch. Throws RunError with the service's own words when it will not have
 * them, TransientError where that passes, and the signal's reason when aborted. */
export async function putToCloudWatch(
  data: readonly Datum[],
  timestamp: Date,
  signal: AbortSignal,
): Promise<void> {
  const requestHandler = { connectionTimeout: 5_000, socketTimeout: IDLE_TIMEOUT_MS };
  const { attempts, baseDelay } = retryOptions();
  const retries = retryStrategy({ attempts: Math.min(attempts, MAX_TRIES), baseDelay }, async () => {});
  const config = { requestHandler, retryStrategy: retries };
  // A try that is under way is let end: CloudWatch may have taken what nobody waits for any more.
  const { refreshRetryTokenForRetry: again } = retries;
  retries.refreshRetryTokenForRetry = async (...failed) => {
    signal.throwIfAborted();
    return again(...failed);
  };
  const client = await inRegion((region) => new CloudWatchClient({ ...config, ...(region && { region }) }));
  try {
    signal.throwIfAborted();
    for (let sent = 0; sent < data.length; sent += MAX_PER_REQUEST) {
      await client.send(
        new PutMetricDataCommand({
          Namespace: NAMESPACE,
          MetricData: data.slice(sent, sent + MAX_PER_REQUEST).map(({ name, dimensions, unit, value }) => ({
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            Unit: unit,
            Value: value,
            Timestamp: timestamp,
          })),
        }),
      );
    }
  } catch (error) {
    signal.throwIfAborted();
    const { name, message } = error as Error;
    throw new (diagnose(factsOf(error)).passes ? TransientError : RunError)(
      `expected CloudWatch to take ${data.length} datapoints, found ${name}: ${message}; the job needs cloudwatch:PutMetricData in namespace ${NAMESPACE}`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
