import type Anthropic from '@anthropic-ai/sdk';
import { RunError } from '../../shared/errors.ts';

/** Milliseconds one request may take: long for any answer of the sizes asked for here, and within the five
 * minutes after which Node's fetch gives up by itself. */
export const REQUEST_MS = 290_000;

/** Imported when it is needed: a run that calls no model is spared it. */
export const importSdk = () => import('@anthropic-ai/sdk');

/** A client of ANTHROPIC_BASE_URL that tries once: retries have one owner, and that is not the SDK. Opens no
 * connection. Throws RunError without a key. */
export async function createClient(env = process.env): Promise<Anthropic> {
  // A secret is easily stored with a newline behind it, which no header may hold.
  const apiKey = env.ANTHROPIC_API_KEY?.trim();
  if (!apiKey) {
    const found = env.ANTHROPIC_API_KEY === undefined ? 'found none' : 'found it empty';
    throw new RunError(
      `expected an API key in ANTHROPIC_API_KEY, ${found}; set it, or the secret of the job definition`,
    );
  }
  const { default: Client } = await importSdk();
  return new Client({
    apiKey,
    baseURL: env.ANTHROPIC_BASE_URL || null,
    maxRetries: 0,
    timeout: REQUEST_MS,
    logLevel: 'off',
    openTelemetry: false,
  });
}
