import pMap from 'p-map';
import type { WorkerPool } from '../../pool/pool.ts';
import type { Files } from '../../publish/files.ts';
import type { Disagreement } from '../../results/concordance-run.ts';
import type { ReplaySettings } from '../../settings/settings.ts';
import { ReplayError } from '../../shared/errors.ts';
import type { Run } from '../ingest/run.ts';
import { keyOf, sideBySide } from './side-by-side.ts';
import type { TargetRun } from './target-run.ts';
import { disagreementOf, promptExcerpt, worstCases } from './worst-disagreements.ts';

const READS_IN_FLIGHT = 16;

/** Shows replays beside their captures, each of which is read again once. Writes every replay to a file of its own on
 * `persists`; one that cannot be written is noted in `files`. Resolves to the worst disagreements. */
export async function showReplays(
  run: Run<ReplaySettings>,
  pool: WorkerPool,
  files: Files,
  targets: readonly TargetRun[],
  { persists }: { readonly persists: boolean },
): Promise<Disagreement[]> {
  const { progress, signal } = run;
  const worst = worstCases(targets);
  const replays = persists
    ? targets.flatMap(({ target, results }) =>
        [...results].map(([candidate, replayed]) => ({ target, candidate, replayed })),
      )
    : [];
  const written = Map.groupBy(replays, ({ candidate }) => candidate);
  const excerpts = new Map(worst.map(({ candidate }) => [candidate, null as Disagreement['prompt']]));
  if (persists) progress.start('write replays', replays.length);
  await pMap(
    new Set([...written.keys(), ...excerpts.keys()]),
    async (candidate) => {
      const captured = await pool.readPrompt(candidate.entry).catch((error) => {
        if (error instanceof ReplayError) return error;
        throw error;
      });
      if (excerpts.has(candidate) && 'prompt' in captured) {
        excerpts.set(candidate, promptExcerpt(captured.prompt));
      }
      for (const { target, replayed } of written.get(candidate) ?? []) {
        const key = keyOf(run, candidate, target);
        if ('prompt' in captured) {
          await files.write(key, sideBySide(run, candidate, target, replayed, captured.output));
        } else {
          files.failures.push({ key, error: captured.message });
        }
        progress.advance();
      }
    },
    { concurrency: READS_IN_FLIGHT, signal },
  );
  if (persists) progress.finish();
  return worst.map((one) => disagreementOf(one, excerpts.get(one.candidate) ?? null));
}
