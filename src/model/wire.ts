import type { z } from 'zod';
import type { Service } from './endpoint.ts';
import { type Failure, failureIn, failureOf } from './failure.ts';
import type { LimitStatus } from './limits.ts';
import { MAX_USD, type Message } from './message.ts';
import type { ModelParams, RequestForm } from './request.ts';

/** One protocol by which models are reached. What is particular to it stays in its folder. */
export interface Wire {
  /** How a model is asked for structured output. */
  structuredFor(model: string, wanted: ModelParams['structured']): ModelParams['structured'];
  /** Requests for answers of one schema. */
  requestForm(answer: z.ZodType, params: ModelParams): RequestForm;
  /** Imports its SDK, which is imported on first use otherwise. */
  importSdk(): Promise<unknown>;
  /** Opens no connection yet. Throws RunError without a key. */
  connect(): Promise<Connection>;
}

/** A wire's way to its service. */
export interface Connection {
  /** Address of the service. */
  readonly url: string;
  /** Whether a model's first call has to end before others begin: it tells how the model can be asked. */
  readonly probes: boolean;
  /** Tries a request of this wire once. */
  send(request: object, signal: AbortSignal): Promise<Try>;
}

/** What became of a try: a whole answer, or why there is none; and what the service told of its limits. */
export type Try = ({ readonly message: Message } | Failure) & { readonly limits: LimitStatus };

/** What of a wire a try depends on. */
export interface Dialect {
  readonly service: Service;
  /** What the headers of an answer tell of the limits. */
  limitsIn(headers: Headers): LimitStatus;
  /** The answer, if this is one that can be read and billed. */
  read(data: unknown): Message | undefined;
}

/** Makes one request by an SDK's `withResponse()`, which throws what is no success. */
export async function attempt(
  { service, limitsIn, read }: Dialect,
  ask: () => Promise<{ readonly data: unknown; readonly response: Response }>,
): Promise<Try> {
  try {
    const { data, response } = await ask();
    const message = read(data);
    const limits = limitsIn(response.headers);
    if (message) return { message: withFactsOf(response.headers, message), limits };
    return { ...failureIn(data, response.headers, service), limits };
  } catch (error) {
    const failure = failureOf(error, service);
    if (!failure) throw error;
    return { ...failure, limits: failure.headers ? limitsIn(failure.headers) : {} };
  }
}

/** The message, with what a gateway tells only in headers: LiteLLM names what served a call, and its cost, there. */
function withFactsOf(headers: Headers, message: Message): Message {
  const model = headers.get('x-litellm-model-name') ?? message.model;
  const named = Number(headers.get('x-litellm-response-cost') || Number.NaN);
  const cost = message.usage.cost ?? (named >= 0 && named <= MAX_USD ? named : undefined);
  if (model === message.model && cost === message.usage.cost) return message;
  return { ...message, model, usage: { ...message.usage, cost } };
}
