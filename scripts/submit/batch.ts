import {
  BatchClient,
  DescribeJobsCommand,
  type JobDefinition,
  type JobDetail,
  type JobSummary,
  ListJobsCommand,
  paginateDescribeJobDefinitions,
  paginateDescribeJobQueues,
  SubmitJobCommand,
  type SubmitJobCommandInput,
} from '@aws-sdk/client-batch';
import { RunError } from '../../src/shared/errors.ts';
import { isUnsent } from '../../src/shared/network.ts';
import { factsOf } from '../../src/store/s3/diagnosis.ts';
import { explained, isPassing } from './aws-errors.ts';

export interface Definition {
  /** `name:revision`. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What the image is told to run, which a command given at submission replaces. */
  readonly command: readonly string[];
}

/** `requestTimeout` would only be warned of. */
export const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 15_000 };

/** Batch in the region that is configured. Throws RunError when none is: a default would submit to a place that
 * nobody named. */
export async function openBatch(env = process.env): Promise<Batch> {
  const region = await new BatchClient().config.region().catch(() => env.AWS_DEFAULT_REGION);
  if (!region) {
    throw new RunError(
      'expected an AWS region in AWS_REGION, AWS_DEFAULT_REGION or the profile, found none; set AWS_REGION',
    );
  }
  return new Batch(region);
}

/** What submitting takes of AWS Batch. The SDK owns the retries; what is thrown is a ReplayError. */
export class Batch {
  readonly region: string;
  readonly #client: BatchClient;

  constructor(region: string) {
    this.region = region;
    this.#client = new BatchClient({ region, requestHandler: TIMEOUTS });
  }

  /** Throws RunError unless the queue is there and takes jobs. */
  async requireQueue(queue: string): Promise<void> {
    const queues = await this.#list(
      'batch:DescribeJobQueues',
      paginateDescribeJobQueues({ client: this.#client }, {}),
      (page) => page.jobQueues,
    );
    const found = queues.find(({ jobQueueName, jobQueueArn }) => [jobQueueName, jobQueueArn].includes(queue));
    if (!found) {
      const names = queues.map(({ jobQueueName }) => jobQueueName).sort();
      throw new RunError(
        `expected job queue ${queue} in ${this.region}, found ${names.join(', ') || 'no queue at all'}; is the region right?`,
      );
    }
    if (found.state !== 'ENABLED' || found.status === 'INVALID') {
      throw new RunError(
        `expected job queue ${queue} to be ENABLED and VALID, found ${found.state} and ${found.status}${found.statusReason ? ` (${found.statusReason})` : ''}; mend it or choose another`,
      );
    }
  }

  /** The active revision that is named, or the newest one. Throws RunError when there is none, or none that takes
   * container overrides. */
  async findDefinition(given: string): Promise<Definition> {
    const [, name, revision] = /^(?:arn:.*:job-definition\/)?([^:]*)(?::(\d+))?$/s.exec(given) ?? [];
    const active = await this.#list(
      'batch:DescribeJobDefinitions',
      paginateDescribeJobDefinitions(
        { client: this.#client },
        { jobDefinitionName: name ?? given, status: 'ACTIVE' },
      ),
      (page) => page.jobDefinitions,
    );
    active.sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
    const found = active.find((one) => revision === undefined || one.revision === Number(revision));
    if (!found) {
      const revisions = active.map((one) => one.revision).join(', ');
      throw new RunError(
        `expected an ACTIVE job definition ${given} in ${this.region}, found ${revisions ? `only revisions ${revisions}` : 'none of that name'}; register it, or is the region right?`,
      );
    }
    return definitionOf(found);
  }

  async submit(input: SubmitJobCommandInput): Promise<string> {
    const command = new SubmitJobCommand(input);
    // Within the SDK's retries. Batch would take the same job twice, and both would pay for their calls.
    command.middlewareStack.add((next) => (args) => next(args).catch(throwLost), {
      step: 'finalizeRequest',
      priority: 'low',
    });
    const { jobId } = await this.#ask('batch:SubmitJob', () => this.#client.send(command));
    if (!jobId) throw new RunError('expected Batch to answer with a job id, found none; look at the queue');
    return jobId;
  }

  /** The job by its id; undefined when there is no answer (throttled, aborted) or Batch does not know it yet. */
  async describe(id: string, signal?: AbortSignal): Promise<JobDetail | undefined> {
    const options = signal && { abortSignal: signal };
    try {
      const { jobs = [] } = await this.#client.send(new DescribeJobsCommand({ jobs: [id] }), options);
      return jobs.find(({ jobId }) => jobId === id);
    } catch (error) {
      if (isPassing(error)) return undefined;
      throw explained(error, 'batch:DescribeJobs', this.region);
    }
  }

  /** Some of the children that failed, by index. */
  async failedChildren(arrayId: string): Promise<JobSummary[]> {
    const { jobSummaryList = [] } = await this.#ask('batch:ListJobs', () =>
      this.#client.send(new ListJobsCommand({ arrayJobId: arrayId, jobStatus: 'FAILED' })),
    );
    const index = (child: JobSummary) => child.arrayProperties?.index ?? 0;
    return jobSummaryList.sort((a, b) => index(a) - index(b));
  }

  /** The items of all pages. */
  async #list<Page extends { readonly nextToken?: string | undefined }, T>(
    action: string,
    pages: AsyncIterable<Page>,
    items: (page: Page) => T[] | undefined,
  ): Promise<T[]> {
    const all: T[] = [];
    const tokens = new Set<string | undefined>();
    const isLast = await this.#ask(action, async () => {
      for await (const page of pages) {
        all.push(...(items(page) ?? []));
        if (tokens.has(page.nextToken)) return false;
        tokens.add(page.nextToken);
      }
      return true;
    });
    if (isLast) return all;
    throw new RunError(
      `expected the pages of ${action} to come to an end, found the same token twice; see who answers for AWS Batch`,
    );
  }

  async #ask<T>(action: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof RunError) throw error;
      throw explained(error, action, this.region);
    }
  }
}

interface RequestError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Throws an error as it is where Batch refused, or cannot have got the request; else one after which the SDK does not
 * try again. */
function throwLost(error: RequestError): never {
  const { name, message, $metadata } = error;
  const isSent = !isUnsent(factsOf(error)) && !/establish a connection/.test(message);
  if (($metadata?.httpStatusCode ?? 0) >= 400 || !isSent) throw error;
  throw new RunError(
    `expected batch:SubmitJob to answer, found ${name}: ${message}; the job may be in the queue all the same: look there before you submit it again`,
  );
}

function definitionOf({ jobDefinitionName, revision, containerProperties }: JobDefinition): Definition {
  const name = `${jobDefinitionName}:${revision}`;
  if (!containerProperties) {
    throw new RunError(
      `expected job definition ${name} with containerProperties, which container overrides apply to, found none; deploy it from container/`,
    );
  }
  const { environment = [], command = [] } = containerProperties;
  return {
    name,
    environment: Object.fromEntries(environment.map(({ name, value }) => [name, value ?? ''])),
    command,
  };
}
