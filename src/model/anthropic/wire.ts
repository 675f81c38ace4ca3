import type Anthropic from '@anthropic-ai/sdk';
import { clientOptions } from '../endpoint.ts';
import { type LimitStatus, limitIn } from '../limits.ts';
import { readMessage } from '../message.ts';
import { attempt, type Connection, type Dialect, type Wire } from '../wire.ts';
import { requestForm, structuredFor } from './request.ts';

const DIALECT: Dialect = { service: 'ANTHROPIC', limitsIn, read: readMessage };

/** Imported when it is needed: a run that calls no model is spared it. */
const importSdk = () => import('@anthropic-ai/sdk');

/** Anthropic's Messages API, or a gateway that speaks it. */
export const wire: Wire = {
  structuredFor,
  requestForm,
  importSdk,
  connect: async () => connectionOf(await createClient()),
};

/** A client of ANTHROPIC_BASE_URL. Opens no connection. Throws RunError without a key. */
export async function createClient(env = process.env): Promise<Anthropic> {
  const options = clientOptions('ANTHROPIC', env);
  const { default: Client } = await importSdk();
  return new Client({ ...options, openTelemetry: false });
}

/** The client must not retry by itself. */
export function connectionOf(client: Anthropic): Connection {
  return {
    url: client.baseURL,
    probes: false,
    // Not by `messages.create`, which warns on standard error, with each call, of models that will be retired.
    send: (body, signal) =>
      attempt(DIALECT, () => client.post<unknown>('/v1/messages', { body, signal }).withResponse()),
  };
}

/** What an answer's `anthropic-ratelimit-*` headers tell of the limits. */
function limitsIn(headers: Headers): LimitStatus {
  const of = (dimension: string) =>
    limitIn((what) => headers.get(`anthropic-ratelimit-${dimension}-${what}`), msUntil);
  return { requests: of('requests'), inputTokens: of('input-tokens'), outputTokens: of('output-tokens') };
}

function msUntil(date: string): number | undefined {
  const ms = Date.parse(date) - Date.now();
  return Number.isNaN(ms) ? undefined : ms;
}
