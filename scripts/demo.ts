import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusObject } from './corpus/envelope.ts';
import { type CorpusOptions, generateCorpus } from './corpus/generate.ts';
import { writeRecordings } from './corpus/recordings.ts';
import { writeCorpus } from './corpus/write.ts';

/** Ends of two windows of a year. The rules of the first are tried on what was decided after it. */
export const DEMO_ENDS = { before: '2026-12-26T09:00:00Z', now: '2027-05-01T09:00:00Z' };
export const DEMO_DAYS = 364;

/** Some agents follow a rule; others break theirs now and then, so that no rule explains them. */
const DEMO: CorpusOptions = {
  seed: 'demo',
  endDate: '2027-05-01',
  days: DEMO_DAYS,
  researchUntil: '2027-05-01',
  noise: { ic_cio: 0.25, sector_qual: 0.2, thinktank_theme: 0.3, macro_economist: 0.3 },
};
/** The agent that was never captured, and the last key of one whose captures stop. */
const NEVER = '/sector_quant:';
const [STOPPED, LAST_KEY] = ['/thesis_update:', 'decision_artifacts/2027/03/20'];

/** From this key on the captures of one agent lack a field. */
const [LACKING, FIELD, FIRST_KEY] = ['/sector_qual:', 'quant_score', 'decision_artifacts/2027/04/01'];

function hasVanished({ key }: CorpusObject): boolean {
  return key.includes(LACKING) && key > FIRST_KEY;
}

function without({ key, body }: CorpusObject): CorpusObject {
  const isOther = (name: string, value: unknown) => (name === FIELD ? undefined : value);
  return { key, body: JSON.stringify(JSON.parse(body), isOther) };
}

/** So that the cheaper model is worse at one agent's work. */
const THEMES_CHANGED = 0.6;

/** Makes a year of captures and a cheaper model's answers to their prompts: the same bytes each time. Resolves to their
 * folders, below `folder`, and to how many captures there are. */
export async function makeDemo(folder: string) {
  rmSync(folder, { recursive: true, force: true });
  const corpus = join(folder, 'decision_artifacts');
  const recordings = join(folder, 'recordings');
  const { objects } = writeCorpus(demoObjects(), corpus);
  await writeRecordings(corpus, recordings, THEMES_CHANGED);
  return { corpus, recordings, objects };
}

function* demoObjects(): Generator<CorpusObject> {
  for (const object of generateCorpus(DEMO)) {
    const isStopped = object.key.includes(STOPPED) && object.key > LAST_KEY;
    if (!object.key.includes(NEVER) && !isStopped) yield hasVanished(object) ? without(object) : object;
  }
}
