import { cp } from 'node:fs/promises';
import { inject } from 'vitest';
import { type Finished, temporaryFolder } from './program.ts';

/** A finished run over the fixtures that all test files share. */
export interface FixtureRun extends Finished {
  /** The folder of its results: for reading only. */
  readonly out: string;
}

export async function fixtureRun(job: 'counterfactual' | 'concordance'): Promise<FixtureRun> {
  const response = await fetch(`${inject('fixtureRuns')}/${job}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as FixtureRun;
}

/** A folder of this test's own with the results of a shared run, or only with the fits that it kept. These are kept by
 * the content of their rows: a run that reads other rows does not find them. */
export async function copyOf(
  { out }: FixtureRun,
  what: 'results' | 'fits' = 'results',
): Promise<{ path: string; uri: string }> {
  const folder = await temporaryFolder();
  const isWanted = (file: string) =>
    what === 'results' || /^(\/_replay_shards(\/\w+(\/fits(\/.*)?)?)?)?$/.test(file.slice(out.length));
  await cp(out, folder.path, { recursive: true, filter: isWanted });
  return folder;
}
