import { baseUrl } from './endpoint.ts';
import { serviceOf } from './names.ts';
import type { Wire } from './wire.ts';

/** Throws SettingsError when the address of a model's service is none. */
export function checkAddress(model: string, env: NodeJS.ProcessEnv): void {
  baseUrl(serviceOf(model), env);
}

const WIRES = {
  ANTHROPIC: () => import('./anthropic/wire.ts'),
  OPENAI: () => import('./openai/wire.ts'),
};

/** The wire of a model. Wires are imported when they are asked for. */
export async function importWire(model: string): Promise<Wire> {
  return (await WIRES[serviceOf(model)]()).wire;
}
