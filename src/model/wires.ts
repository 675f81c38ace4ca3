import { baseUrl } from './endpoint.ts';
import type { Wire } from './wire.ts';

/** Throws SettingsError when the address of a model's service is none. */
export function checkAddress(_model: string, env: NodeJS.ProcessEnv): void {
  baseUrl('ANTHROPIC', env);
}

/** The wire of a model. Wires are imported when they are asked for. */
export async function importWire(_model: string): Promise<Wire> {
  return (await import('./anthropic/wire.ts')).wire;
}
