import type { BatchesOptions } from './anthropic/batches/transport.ts';
import type { Transport } from './call.ts';
import { CallTransport } from './calls/transport.ts';
import { RecordedTransport } from './recorded.ts';
import { importWire } from './wires.ts';

interface TransportOptions extends Required<Omit<BatchesOptions, 'client' | 'timing'>> {
  readonly transport: 'messages' | 'batches' | 'recorded';
  /** Folder of recorded answers; needed for `recorded`. */
  readonly recordings?: string | undefined;
}

const importBatches = () => import('./anthropic/batches/transport.ts');

/** Opens the way to the models. Throws RunError when there is no key for batches. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { transport, recordings = '', log } = options;
  if (transport === 'recorded') return new RecordedTransport(recordings);
  if (transport === 'messages') return new CallTransport({ log });
  const { createClient } = await import('./anthropic/wire.ts');
  const { BatchesTransport } = await importBatches();
  return new BatchesTransport({ client: await createClient(), ...options });
}

/** Imports what calls of these models import on first use, so that a dry run proves that it is there. */
export async function importTransports(models: readonly string[]): Promise<void> {
  const wires = await Promise.all(models.map(importWire));
  await Promise.all([importBatches(), ...wires.map((wire) => wire.importSdk())]);
}
