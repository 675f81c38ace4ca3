import type { z } from 'zod';
import type { Failure } from './failure.ts';
import type { LimitStatus } from './limits.ts';
import type { Message } from './message.ts';
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
