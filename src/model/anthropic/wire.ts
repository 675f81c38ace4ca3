import type Anthropic from '@anthropic-ai/sdk';
import { attempt, type Dialect } from '../attempt.ts';
import { readMessage } from '../message.ts';
import type { Connection, Wire } from '../wire.ts';
import { createClient, importSdk } from './client.ts';
import { limitsIn } from './rate-limit-headers.ts';
import { requestForm, structuredFor } from './request.ts';

const DIALECT: Dialect = { service: 'ANTHROPIC', limitsIn, read: readMessage };

/** Anthropic's Messages API, or a gateway that speaks it. */
export const wire: Wire = {
  structuredFor,
  requestForm,
  importSdk,
  connect: async () => connectionOf(await createClient()),
};

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
