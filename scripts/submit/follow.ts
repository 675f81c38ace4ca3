import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDetail } from '@aws-sdk/client-batch';
import { RunError } from '../../src/shared/errors.ts';
import { attemptsOf, attemptText } from './attempts.ts';
import type { Batch } from './batch.ts';

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;
const GROWTH = 1.3;
/** Ten minutes or so. */
const MOST_MISSES = 20;

export interface Followed {
  readonly id: string;
  readonly name: string;
}

/** Follows a job to its end, and tells every change. Throws RunError when Batch refuses to tell, or does not answer
 * for long; an aborted call throws the signal's reason. */
export async function follow(
  batch: Batch,
  { id, name }: Followed,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
): Promise<JobDetail> {
  const watched = new Watched(name, say);
  for (let polls = 0, misses = 0; ; polls++) {
    signal.throwIfAborted();
    const detail = await batch.describe(id, signal);
    if (detail) watched.see(detail);
    if (detail?.status === 'SUCCEEDED' || detail?.status === 'FAILED') return detail;
    misses = detail ? 0 : misses + 1;
    if (misses > MOST_MISSES) {
      throw new RunError(
        `expected batch:DescribeJobs to answer, found no answer ${misses} times in a row; the job goes on`,
      );
    }
    await sleep(pauseMs(polls, Math.random()), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Ever longer, and never in step with others who follow a job. `random` is in [0, 1). */
export function pauseMs(polls: number, random: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * GROWTH ** polls);
  return pause * (0.75 + random / 2);
}

/** One job as it was last seen. */
class Watched {
  readonly #say: (line: string) => void;
  #attempts = 0;
  #last = '';

  constructor(name: string, say: (line: string) => void) {
    this.#say = (text) => say(`${new Date().toISOString().slice(11, 19)} ${name}: ${text}`);
  }

  see(job: JobDetail): void {
    const attempts = attemptsOf(job);
    for (const [index, attempt] of attempts.entries()) {
      if (index >= this.#attempts) this.#say(`attempt ${index + 1} ${attemptText(attempt)}`);
    }
    this.#attempts = attempts.length;
    const text = stateText(job);
    if (text !== this.#last) this.#say(text);
    this.#last = text;
  }
}

function stateText({ status, statusReason, arrayProperties }: JobDetail): string {
  const children = Object.entries(arrayProperties?.statusSummary ?? {}).filter(([, count]) => count > 0);
  const counts = children.map(([state, count]) => `${count} ${state}`).join(', ');
  const reason = status === 'FAILED' && statusReason ? ` (${statusReason})` : '';
  return `${status}${counts && `, children ${counts}`}${reason}`;
}
