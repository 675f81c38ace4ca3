import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { BatchesTransport } from '../../../../src/model/anthropic/batches/transport.ts';
import { createClient } from '../../../../src/model/anthropic/wire.ts';
import type { PendingCall } from '../../../../src/model/call.ts';
import type { Message } from '../../../../src/model/message.ts';
import { openStore } from '../../../../src/store/open.ts';
import type { AnthropicServer } from '../../../servers/anthropic.ts';
import { callOf, Recorder } from '../../calls.ts';

const TIMING = { firstPollMs: 20, longestPollMs: 100, intentMs: 400, goneMs: 600, graceMs: 50 };
/** What a call of these tests costs at most, USD. */
export const WORST_USD = 0.001;

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function call(text: string, options: Parameters<typeof callOf>[1] = {}): PendingCall {
  return { ...callOf(text, { worstUsd: WORST_USD, ...options }), hash: hashOf(text) };
}

export function calls(count: number, options: Parameters<typeof callOf>[1] = {}): PendingCall[] {
  return Array.from({ length: count }, (_, index) => call(`call ${index}`, options));
}

/** Keeps the outcomes, at the batch price. */
export class BatchRecorder extends Recorder {
  constructor({ limitUsd = 100, ...rest }: ConstructorParameters<typeof Recorder>[0] = {}) {
    super({ limitUsd, ...rest });
  }

  override cost(message: Message): number {
    return super.cost(message) / 2;
  }

  /** Texts of the answers by hash. */
  get answers(): Map<string, string> {
    return new Map(
      this.outcomes.flatMap(({ hash, outcome }) => {
        const block = 'message' in outcome ? outcome.message.content[0] : undefined;
        return block?.type === 'text' ? [[hash, JSON.parse(block.text ?? 'null')]] : [];
      }),
    );
  }
}

/** The transport over a folder, with short waits. */
export async function transportOver(
  server: AnthropicServer,
  folder: string,
  timing: Partial<typeof TIMING> = {},
  log: (line: string) => void = () => {},
): Promise<BatchesTransport> {
  return new BatchesTransport({
    client: await createClient(server.environment),
    store: openStore(pathToFileURL(folder).href),
    runId: '2605160900',
    timing: { ...TIMING, ...timing },
    log,
  });
}
