import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusObject } from '../scripts/corpus/envelope.ts';
import { generateCorpus } from '../scripts/corpus/generate.ts';
import { writeCorpus } from '../scripts/corpus/write.ts';
import { mixedCorpus, modelCorpus } from './mix.ts';
import { say } from './say.ts';

/** Where everything is kept that a run makes and a later one can use again. */
export const FOLDER = join(import.meta.dirname, '..', '.bench');

/** Changed whenever the corpora are: kept ones are then made anew. */
const EDITION = 2;

export interface Corpus {
  /** The year folders lie directly under it. */
  readonly folder: string;
  readonly objects: number;
  readonly bytes: number;
  /** File with every key in the order of making, one a line. */
  readonly keys: string;
}

/** The mix of sizes that reads are measured over. */
export function mix(artifacts: number): Corpus {
  return kept(`mix-${artifacts}`, () => mixedCorpus(artifacts));
}

/** Captures of models alone, that replays are measured over. */
export function captured(artifacts: number): Corpus {
  return kept(`captured-${artifacts}`, () => modelCorpus(artifacts));
}

/** The corpus of `npm run corpus`, that whole jobs are measured over. */
export function generated(artifacts: number): Corpus {
  return kept(`generated-${artifacts}`, () => generateCorpus({ artifacts }));
}

/** Makes a corpus, or takes it as an earlier run left it. What tells that it is whole is written last. */
function kept(name: string, make: () => Iterable<CorpusObject>): Corpus {
  const place = join(FOLDER, name);
  const marker = join(place, 'complete.json');
  const paths = { folder: join(place, 'decision_artifacts'), keys: join(place, 'keys') };
  if (existsSync(marker)) {
    const found = JSON.parse(readFileSync(marker, 'utf8')) as Corpus & { edition: number };
    if (found.edition === EDITION) return { ...found, ...paths };
  }
  say(`making the corpus ${name}`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  // Neither git nor any tool that minds it looks in here.
  writeFileSync(join(FOLDER, '.gitignore'), '*\n');
  const keys: string[] = [];
  const written = writeCorpus(noting(make(), keys), paths.folder);
  writeFileSync(paths.keys, keys.join('\n'));
  writeFileSync(marker, JSON.stringify({ ...written, edition: EDITION }));
  return { ...written, ...paths };
}

function* noting(objects: Iterable<CorpusObject>, keys: string[]): Generator<CorpusObject> {
  for (const object of objects) {
    keys.push(object.key.slice('decision_artifacts/'.length));
    yield object;
  }
}
