import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the code lies that decides what is read out of an artifact and what is fitted to it. */
const FOLDERS = ['shared', 'agents', 'corpus', 'model', 'pool', 'rules', 'statistics'];

let version: string | undefined;

/** A digest of the code that makes what shards keep, and of the versions of the libraries it uses: results of other
 * code are never taken for those of this one. */
export function codeVersion(): string {
  version ??= digest();
  return version;
}

function digest(): string {
  const root = join(import.meta.dirname, '..');
  const { dependencies } = JSON.parse(readFileSync(join(root, '..', 'package.json'), 'utf8'));
  const hash = createHash('sha256').update(JSON.stringify([dependencies, process.versions.v8]));
  for (const folder of FOLDERS) {
    const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const name of entries.map((entry) => entry.name).sort()) {
      hash.update(`${folder}/${name}\n`).update(readFileSync(join(root, folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
