import type Anthropic from '@anthropic-ai/sdk';
import { RunError, SettingsError } from '../../shared/errors.ts';

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
    baseURL: baseUrl(env) ?? null,
    maxRetries: 0,
    timeout: REQUEST_MS,
    logLevel: 'off',
    // The key must not follow to whatever address an answer names.
    fetchOptions: { redirect: 'manual' },
    openTelemetry: false,
  });
}

/** The address of the service, ANTHROPIC_BASE_URL; undefined for Anthropic's own. Throws SettingsError for what is
 * no address, or holds credentials: those would be written to logs and results. */
export function baseUrl(env = process.env): string | undefined {
  const text = env.ANTHROPIC_BASE_URL?.trim();
  if (!text) return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SettingsError(
      'ANTHROPIC_BASE_URL: expected an address such as https://gateway.example, found none',
    );
  }
  if (url.username || url.password) {
    throw new SettingsError(
      'ANTHROPIC_BASE_URL: expected an address without credentials, found a user or a password in it; set ANTHROPIC_API_KEY',
    );
  }
  return text;
}
