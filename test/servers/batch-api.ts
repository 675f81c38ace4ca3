import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  JobDefinition,
  JobDetail,
  JobQueueDetail,
  JobSummary,
  SubmitJobCommandInput,
} from '@aws-sdk/client-batch';

interface Refusal {
  readonly status: number;
  /** The error's name, `AccessDeniedException`. */
  readonly type: string;
}

export interface BatchApiOptions {
  readonly queues?: readonly Partial<JobQueueDetail>[];
  readonly definitions?: readonly Partial<JobDefinition>[];
  /** Names a next page of queues and definitions, for ever the same. */
  readonly nextToken?: string;
  /** What DescribeJobs tells of the n-th job submitted: one after the other, the last for ever. SUCCEEDED at once
   * by default. */
  readonly jobs?: readonly (readonly Partial<JobDetail>[])[];
  readonly failedChildren?: readonly Partial<JobSummary>[];
  /** Lines by `group stream`. */
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  /** Meets the n-th request of an action, from 0; nothing is done then. */
  readonly refuse?: (action: string, n: number) => Refusal | undefined | Promise<undefined>;
}

export interface Asked {
  /** `submitjob`, `getlogevents`. */
  readonly action: string;
  // biome-ignore lint/suspicious/noExplicitAny: requests of many shapes
  readonly body: any;
}

/** A scripted AWS Batch, and CloudWatch Logs beside it, for what an emulator does not do: statuses that change,
 * attempts, refusals. It checks no signature. */
export async function startBatchApi(options: BatchApiOptions = {}): Promise<BatchApi> {
  const api = new BatchApi(options);
  await api.listen();
  return api;
}

const DEFAULT_QUEUE = { jobQueueName: 'queue', jobQueueArn: 'arn:aws:batch:eu-west-1:1:job-queue/queue' };

export class BatchApi {
  readonly requests: Asked[] = [];
  readonly #options: BatchApiOptions;
  readonly #described = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch((error) => response.destroy(error));
  });

  constructor(options: BatchApiOptions) {
    this.#options = options;
  }

  /** What makes the SDK talk to this server. */
  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return {
      AWS_ENDPOINT_URL_BATCH: url,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
  }

  /** The jobs that were taken, in order. */
  readonly submitted: SubmitJobCommandInput[] = [];

  of(action: string): Asked[] {
    return this.requests.filter((request) => request.action === action);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = `${request.headers['x-amz-target'] ?? ''}`.split('.').at(-1);
    const action = (target || `${request.url}`.split('/').at(-1) || '').toLowerCase();
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString() || '{}');
    const n = this.of(action).length;
    this.requests.push({ action, body });
    const refusal = await this.#options.refuse?.(action, n);
    const answer = refusal ?? this.#answer(action, body);
    const type = 'application/json';
    if (isRefusal(answer)) {
      response.writeHead(answer.status, { 'content-type': type, 'x-amzn-errortype': answer.type });
      response.end(JSON.stringify({ __type: answer.type, message: `scripted ${answer.type}` }));
    } else {
      response.writeHead(200, { 'content-type': type }).end(JSON.stringify(answer));
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: requests of many shapes
  #answer(action: string, body: any): object {
    const { queues, definitions, nextToken, failedChildren, logs = {} } = this.#options;
    switch (action) {
      case 'describejobqueues':
        return { jobQueues: queues ?? [{ ...DEFAULT_QUEUE, state: 'ENABLED', status: 'VALID' }], nextToken };
      case 'describejobdefinitions':
        return { jobDefinitions: (definitions ?? DEFINITIONS).filter(isAsked(body)), nextToken };
      case 'submitjob':
        this.submitted.push(body);
        return { jobId: `job-${this.submitted.length}`, jobName: body.jobName };
      case 'describejobs':
        return { jobs: body.jobs.map((id: string) => this.#describe(id)).filter(Boolean) };
      case 'listjobs':
        return { jobSummaryList: failedChildren ?? [] };
      case 'getlogevents': {
        const lines = logs[`${body.logGroupName} ${body.logStreamName}`];
        if (!lines) return { status: 400, type: 'ResourceNotFoundException' };
        return { events: lines.slice(-body.limit).map((message) => ({ message, timestamp: 1 })) };
      }
      default:
        return { status: 404, type: 'UnknownOperationException' };
    }
  }

  #describe(id: string): Partial<JobDetail> | undefined {
    const child = this.#options.failedChildren?.find(({ jobId }) => jobId === id);
    if (child) return child as Partial<JobDetail>;
    const n = Number(id.split('-')[1]) - 1;
    const steps = this.#options.jobs?.[n] ?? [SUCCEEDED];
    const seen = this.#described.get(id) ?? 0;
    this.#described.set(id, seen + 1);
    const step = steps[Math.min(seen, steps.length - 1)];
    return { jobId: id, ...this.submitted[n], ...step } as Partial<JobDetail>;
  }
}

/** An attempt that is over. */
export function attempt(exitCode: number | undefined, statusReason: string) {
  const container = { logStreamName: 'replay/default/1', ...(exitCode !== undefined && { exitCode }) };
  return { container, statusReason, startedAt: 1, stoppedAt: 2 };
}

export const SPOT = 'Your Spot Task was interrupted.';
export const EXITED = 'Essential container in task exited';

export const SUCCEEDED: Partial<JobDetail> = {
  status: 'SUCCEEDED',
  statusReason: EXITED,
  attempts: [attempt(0, EXITED)],
};

/** Revision 5 is gone; 4 is the newest active one. */
const DEFINITIONS: readonly Partial<JobDefinition>[] = [3, 5, 4].map((revision) => ({
  jobDefinitionName: 'replay',
  revision,
  status: revision === 5 ? 'INACTIVE' : 'ACTIVE',
  containerProperties: { image: 'replay-batch' },
}));

function isAsked(asked: { jobDefinitionName: string; status?: string }) {
  return ({ jobDefinitionName, status = 'ACTIVE' }: Partial<JobDefinition>) =>
    jobDefinitionName === asked.jobDefinitionName && status === (asked.status ?? status);
}

function isRefusal(answer: object): answer is Refusal {
  return 'type' in answer;
}
