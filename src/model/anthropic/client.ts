import type Anthropic from '@anthropic-ai/sdk';
import { clientOptions } from '../endpoint.ts';

/** Imported when it is needed: a run that calls no model is spared it. */
export const importSdk = () => import('@anthropic-ai/sdk');

/** A client of ANTHROPIC_BASE_URL. Opens no connection. Throws RunError without a key. */
export async function createClient(env = process.env): Promise<Anthropic> {
  const options = clientOptions('ANTHROPIC', env);
  const { default: Client } = await importSdk();
  return new Client({ ...options, openTelemetry: false });
}
