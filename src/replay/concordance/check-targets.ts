import { z } from 'zod';
import type { ReplaySettings } from '../../settings/settings.ts';
import { openPrices, openTargets } from './targets.ts';

const QUESTION = { user: 'What is one and one? Answer with the number.' };
const ANSWER = z.object({ number: z.int() });
const TIMEOUT_MS = 60_000;

/** One question to each target, by the name of the target. What it costs, a few hundred tokens, is in no cost row. A
 * question throws RunError or TransientError when the target gives no answer. */
export async function targetChecks(
  settings: ReplaySettings,
  now: Date,
): Promise<ReadonlyMap<string, () => Promise<void>>> {
  const targets = await openTargets(settings, await openPrices(settings, now), now);
  return new Map(
    targets.map((target) => [target.params.model, () => target.ask(ANSWER, QUESTION, TIMEOUT_MS)]),
  );
}
