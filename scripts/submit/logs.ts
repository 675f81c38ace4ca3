import type { JobDetail } from '@aws-sdk/client-batch';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { RunError } from '../../src/shared/errors.ts';
import { explained } from './aws-errors.ts';
import { TIMEOUTS } from './batch.ts';

const LINES = 100;
const DEFAULT_GROUP = '/aws/batch/job';

export interface LogTail {
  readonly place: string;
  readonly lines: readonly string[];
}

/** The last lines that the last attempt of a job logged. Throws RunError when there is no log. */
export async function logTail(job: JobDetail, region: string): Promise<LogTail> {
  const stream = job.attempts?.at(-1)?.container?.logStreamName ?? job.container?.logStreamName;
  if (!stream)
    throw new RunError(`expected a log stream of ${job.jobName}, found none: no container was started`);
  const options = job.container?.logConfiguration?.options;
  const group = options?.['awslogs-group'] ?? DEFAULT_GROUP;
  const place = `${group} ${stream}`;
  const client = new CloudWatchLogsClient({
    region: options?.['awslogs-region'] ?? region,
    requestHandler: TIMEOUTS,
  });
  try {
    const { events = [] } = await client.send(
      new GetLogEventsCommand({
        logGroupName: group,
        logStreamName: stream,
        limit: LINES,
        startFromHead: false,
      }),
    );
    return { place, lines: events.map(({ message = '' }) => message.trimEnd()) };
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') {
      throw new RunError(
        `expected log stream ${stream} in group ${group}, found none yet: the container logged nothing so far, or the group is missing`,
        { cause: error },
      );
    }
    throw explained(error, 'logs:GetLogEvents', region);
  } finally {
    client.destroy();
  }
}
