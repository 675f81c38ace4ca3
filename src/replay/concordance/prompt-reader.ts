import type { Entry } from '../../corpus/listing.ts';
import { digestPrompt, type PromptDigest } from '../../model/prompt.ts';
import type { CapturedPrompt } from '../../pool/candidates.ts';
import type { WorkerPool } from '../../pool/pool.ts';
import { AccessError, LoadError, ReplayError } from '../../shared/errors.ts';
import type { LoadFailure } from '../ingest/artifact-aggregator.ts';

/** Reads captures again for their prompts: of all prompts at once there would be too many to hold. */
export class PromptReader {
  /** Captures that could not be had again, by key. */
  readonly lost = new Map<string, LoadFailure>();
  readonly #pool: WorkerPool;
  readonly #endRun: (error: ReplayError) => void;

  /** `endRun` takes a fault of the corpus that is not of one object. */
  constructor(pool: WorkerPool, endRun: (error: ReplayError) => void) {
    this.#pool = pool;
    this.#endRun = endRun;
  }

  /** The prompt that had this digest when it was first read. Throws ReplayError when it cannot be had any more. */
  async read(entry: Entry, { hash }: PromptDigest): Promise<CapturedPrompt['prompt']> {
    const { prompt } = await this.#readAgain(entry);
    if (digestPrompt(prompt).hash === hash) return prompt;
    throw new LoadError(
      `expected ${entry.key} as it was, found another prompt in it; run the same command again`,
    );
  }

  async #readAgain(entry: Entry): Promise<CapturedPrompt> {
    try {
      return await this.#pool.readPrompt(entry);
    } catch (error) {
      if (error instanceof AccessError) {
        const kind = error.passes ? 'passing' : 'refused';
        this.lost.set(entry.key, { entry, error: error.message, kind });
      } else if (error instanceof ReplayError && !(error instanceof LoadError)) this.#endRun(error);
      throw error;
    }
  }
}
