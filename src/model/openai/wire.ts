import type OpenAI from 'openai';
import { answerOf } from '../answer.ts';
import { clientOptions } from '../endpoint.ts';
import { type Failure, malformed } from '../failure.ts';
import type { Message } from '../message.ts';
import { attempt, type Connection, type Try, type Wire } from '../wire.ts';
import { limitsIn } from './rate-limit-headers.ts';
import { bodyOf, type ChatRequest, requestForm, type Shape } from './request.ts';

const importSdk = () => import('openai');

/** Chat Completions, as any gateway speaks them. */
export const wire: Wire = {
  structuredFor: (_, wanted) => wanted,
  requestForm,
  importSdk,
  connect: async () => new ChatConnection(await createClient()),
};

/** A client of OPENAI_BASE_URL. Opens no connection. Throws RunError without a key. */
export async function createClient(env = process.env): Promise<OpenAI> {
  const options = clientOptions('OPENAI', env);
  const { default: Client } = await importSdk();
  return new Client(options);
}

const DIALECT = { service: 'OPENAI', limitsIn } as const;
/** Models that are asked for `max_completion_tokens` at once. */
const REASONING = /(?:^|\/)(?:o\d|gpt-5)/;
/** Refusals that may be about the form of a request. */
const OF_FORM = new Set(['bad_request', 'not_found', 'http_501']);

/** Errors without a status, the narrower one last. */
const KINDS = ['APIUserAbortError', 'APIConnectionError', 'APIConnectionTimeoutError'] as const;

/** Learns from the first answers in which shape a model takes requests: services differ, and do not tell. */
export class ChatConnection implements Connection {
  readonly url: string;
  readonly probes = true;
  readonly #client: OpenAI;
  /** What a model was found to take. */
  readonly #byModel = new Map<string, Shape>();
  /** In which shape answers of a schema came as asked: a later refusal is not about the form. */
  readonly #bySchema = new WeakMap<object, Shape>();

  /** The client must not retry by itself. */
  constructor(client: OpenAI) {
    this.#client = client;
    this.url = client.baseURL;
  }

  async send(request: object, signal: AbortSignal): Promise<Try> {
    const asked = request as ChatRequest;
    const { model, schema } = asked;
    const sure = this.#bySchema.get(schema);
    let shape = sure ?? this.#shapeFor(asked);
    let refused: Try | undefined;
    for (;;) {
      const tried = await this.#try(asked, shape, signal);
      if ('message' in tried) {
        if (
          !this.#byModel.has(model) &&
          shape.structured !== asked.structured &&
          !isAsAsked(asked, tried.message)
        ) {
          this.#byModel.set(model, { ...shape, structured: 'tool' });
          const found = malformed('expected an answer of the form asked for, found another');
          return { ...found, maybeBilled: false, discarded: tried.message, limits: tried.limits };
        }
        this.#byModel.set(model, shape);
        this.#bySchema.set(schema, shape);
        return tried;
      }
      const other = sure || !OF_FORM.has(tried.reason) ? undefined : otherShape(asked, shape, tried);
      if (!other) return refused ?? tried;
      // What is refused in both forms is refused for what the first refusal says.
      if (other.structured !== shape.structured) refused = tried;
      shape = other;
    }
  }

  /** The SDK's errors do not tell by their names what they are. */
  readonly #rethrowNamed = (error: unknown): never => {
    const sdk = this.#client.constructor as typeof OpenAI;
    for (const name of KINDS) if (error instanceof sdk[name]) error.name = name;
    throw error;
  };

  #shapeFor({ model, structured }: ChatRequest): Shape {
    const known = this.#byModel.get(model);
    return {
      limit: known?.limit ?? (REASONING.test(model) ? 'max_completion_tokens' : 'max_tokens'),
      structured: structured === 'auto' ? (known?.structured ?? 'json') : structured,
    };
  }

  #try(asked: ChatRequest, shape: Shape, signal: AbortSignal): Promise<Try> {
    const body = bodyOf(asked, shape);
    return attempt({ ...DIALECT, read: asked.read }, () =>
      this.#client.chat.completions.create(body, { signal }).withResponse().catch(this.#rethrowNamed),
    );
  }
}

/** The shape to try next, after a refusal that may be about this one. */
function otherShape(asked: ChatRequest, shape: Shape, { error }: Failure): Shape | undefined {
  if (shape.limit === 'max_tokens' && error.includes('max_completion_tokens')) {
    return { ...shape, limit: 'max_completion_tokens' };
  }
  if (asked.structured !== 'auto' || shape.structured === 'tool') return undefined;
  return { ...shape, structured: 'tool' };
}

/** Whether an answer is the object that was asked for, and not what a model says that was never told of a form. */
function isAsAsked({ schema }: ChatRequest, message: Message): boolean {
  const answer = answerOf(message);
  if ('reason' in answer) return answer.reason !== 'schema_violation';
  const names = Object.keys(schema.properties ?? {});
  return names.some((name) => Object.hasOwn(Object(answer.value), name));
}
