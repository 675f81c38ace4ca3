import { RunError, SettingsError } from '../shared/errors.ts';

/** Milliseconds one request may take: long for any answer of the sizes asked for here, and within the five
 * minutes after which Node's fetch gives up by itself. */
export const REQUEST_MS = 290_000;

/** Prefix of the environment variables that say where a wire's service is, and with which key. */
export type Service = 'ANTHROPIC' | 'OPENAI';

/** What an SDK's client is made of: one that tries once, for retries have one owner, and that is not the SDK. Throws
 * RunError without a key. */
export function clientOptions(service: Service, env: NodeJS.ProcessEnv) {
  return {
    apiKey: apiKey(service, env),
    baseURL: baseUrl(service, env) ?? null,
    maxRetries: 0,
    timeout: REQUEST_MS,
    logLevel: 'off',
    // The key must not follow to whatever address an answer names.
    fetchOptions: { redirect: 'manual' },
    // A LiteLLM gateway would try again by itself, too.
    defaultHeaders: { 'x-litellm-num-retries': '0' },
  } as const;
}

function apiKey(service: Service, env: NodeJS.ProcessEnv): string {
  const given = env[`${service}_API_KEY`];
  // A secret is easily stored with a newline behind it, which no header may hold.
  const key = given?.trim();
  if (key && /[^\x20-\x7e]/.test(key)) {
    throw new RunError(
      `expected an API key in ${service}_API_KEY, found one with a character that no key has, such as … or a line end; copy it anew`,
    );
  }
  if (key) return key;
  const found = given === undefined ? 'found none' : 'found it empty';
  throw new RunError(
    `expected an API key in ${service}_API_KEY, ${found}; set it, or the secret of the job definition`,
  );
}

/** The address of a service, such as ANTHROPIC_BASE_URL; undefined for the SDK's own. Throws SettingsError for what is
 * no address, or holds credentials: those would be written to logs and results. */
export function baseUrl(service: Service, env: NodeJS.ProcessEnv): string | undefined {
  const text = env[`${service}_BASE_URL`]?.trim();
  if (!text) return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new SettingsError(
      `${service}_BASE_URL: expected an address such as https://gateway.example, found none`,
    );
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new SettingsError(
      `${service}_BASE_URL: expected an address without credentials or a query, found a user, a password or a query in it; set ${service}_API_KEY`,
    );
  }
  return text;
}
