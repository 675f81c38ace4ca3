import type { Store } from '../store/store.ts';
import { BatchesTransport } from './anthropic/batches/transport.ts';
import { createClient, importSdk } from './anthropic/client.ts';
import { MessagesTransport } from './anthropic/messages/transport.ts';
import type { Transport } from './call.ts';
import { RecordedTransport } from './recorded/transport.ts';

export interface TransportOptions {
  readonly transport: 'messages' | 'batches' | 'recorded';
  /** Folder of recorded answers; needed for `recorded`. */
  readonly recordings?: string | undefined;
  /** Where batches in progress are noted. */
  readonly store: Store;
  readonly runId: string;
  /** Whether nothing can be under way that an earlier run sent. */
  readonly isFirstRun: boolean;
  /** Takes lines for people. */
  readonly log: (line: string) => void;
}

/** Opens the way to the models. Throws RunError when there is no key for it. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { transport, recordings = '', store, runId, isFirstRun, log } = options;
  if (transport === 'recorded') return new RecordedTransport(recordings);
  const client = await createClient();
  return transport === 'messages'
    ? new MessagesTransport({ client, log })
    : new BatchesTransport({ client, store, runId, isFirstRun, log });
}

/** Imports what the transports import only on first use, so that a dry run proves that it is there. */
export async function importTransports(): Promise<void> {
  await importSdk();
}
