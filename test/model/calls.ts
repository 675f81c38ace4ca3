import type Anthropic from '@anthropic-ai/sdk';
import { connectionOf, createClient } from '../../src/model/anthropic/wire.ts';
import { Budget } from '../../src/model/budget.ts';
import type { CallContext, CallOutcome, PendingCall } from '../../src/model/call.ts';
import { CallTransport } from '../../src/model/calls/transport.ts';
import type { Message } from '../../src/model/message.ts';
import type { AnthropicServer } from '../servers/anthropic.ts';

export const MODEL = 'claude-haiku-4-5';

/** A call that asks `text`, which names it. */
export function callOf(text: string, { model = MODEL, maxTokens = 100, worstUsd = 0.001 } = {}): PendingCall {
  return {
    hash: text,
    model,
    maxTokens,
    worstUsd,
    request: async () => ({ model, max_tokens: maxTokens, messages: [{ role: 'user', content: text }] }),
  };
}

export function callsOf(count: number, options?: Parameters<typeof callOf>[1]): PendingCall[] {
  return Array.from({ length: count }, (_, index) => callOf(`call ${index}`, options));
}

/** A context that keeps the outcomes by hash, every one of them. */
export class Recorder implements CallContext {
  readonly budget: Budget;
  readonly signal: AbortSignal;
  readonly known: number;
  readonly outcomes: { readonly hash: string; readonly outcome: CallOutcome; readonly at: number }[] = [];

  constructor({ limitUsd = Infinity, signal = new AbortController().signal, known = 0 } = {}) {
    this.known = known;
    this.budget = new Budget(limitUsd);
    this.signal = signal;
  }

  /** The scripted server's price. */
  cost({ usage }: Message): number {
    return (usage.input_tokens + 5 * usage.output_tokens) / 1e6;
  }

  async completed({ hash }: PendingCall, outcome: CallOutcome): Promise<void> {
    this.outcomes.push({ hash, outcome, at: performance.now() });
  }

  get answered(): number {
    return this.outcomes.filter(({ outcome }) => 'message' in outcome).length;
  }

  get reasons(): string[] {
    return this.outcomes.flatMap(({ outcome }) => ('reason' in outcome ? [outcome.reason] : []));
  }

  get errors(): string[] {
    return this.outcomes.flatMap(({ outcome }) => ('error' in outcome ? [outcome.error] : []));
  }
}

export async function transportTo(
  server: AnthropicServer,
  options: { requestMs?: number; drainMs?: number; patienceMs?: number } = {},
): Promise<CallTransport> {
  const connection = connectionOf(await createClient(server.environment));
  return new CallTransport({ connect: async () => connection, ...options });
}

/** Arrivals of each call's tries at the server, milliseconds since 1970, by the text asked. */
export function triesOf(server: AnthropicServer): Map<string, { at: number; status: number | undefined }[]> {
  const tries = new Map<string, { at: number; status: number | undefined }[]>();
  for (const { body, at, status } of server.posts('/v1/messages')) {
    const [message] = (body as Anthropic.MessageCreateParams).messages;
    const text = message?.content as string;
    tries.set(text, [...(tries.get(text) ?? []), { at, status }]);
  }
  return tries;
}
