import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CorpusObject } from './envelope.ts';

const ROOT = 'decision_artifacts/';

export interface Written {
  readonly objects: number;
  readonly bytes: number;
}

/** Writes a corpus so that its year folders lie directly under `folder`. One small file after the other: for files
 * of this size the synchronous calls are quicker than a pool of asynchronous ones. */
export function writeCorpus(objects: Iterable<CorpusObject>, folder: string): Written {
  const made = new Set<string>();
  let count = 0;
  let bytes = 0;
  for (const { key, body } of objects) {
    const path = join(folder, key.slice(ROOT.length));
    const parent = dirname(path);
    if (!made.has(parent)) {
      mkdirSync(parent, { recursive: true });
      made.add(parent);
    }
    writeFileSync(path, body);
    count += 1;
    bytes += Buffer.byteLength(body);
  }
  return { objects: count, bytes };
}
