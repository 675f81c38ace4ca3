import { createHash } from 'node:crypto';

/** What is asked, in the words of the capture. */
export interface PromptText {
  readonly system?: string;
  readonly user: string;
}

/** What a prompt is known by where its text is not at hand. */
export interface PromptDigest {
  /** SHA-256 in hex. */
  readonly hash: string;
  /** Size in a request, bytes. */
  readonly bytes: number;
}

export function digestPrompt({ system, user }: PromptText): PromptDigest {
  const text = JSON.stringify([system ?? null, user]);
  return { hash: sha256(text), bytes: Buffer.byteLength(text) };
}

/** In hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
