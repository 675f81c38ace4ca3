import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';

/** What a worker thread runs: beside this file as source, beside the other files of the bundle once built. */
export const WORKER = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

let version: string | undefined;

/** A digest of all code that a worker runs: results of other code are never taken for those of this code. */
export function codeVersion(): string {
  version ??= digestOf(WORKER);
  return version;
}

/** A digest of V8's version and of a built file. It covers all that the file imports, whose names hold their hashes. */
export function digestOf(file: URL): string {
  return createHash('sha256')
    .update(process.versions.v8)
    .update(readFileSync(file))
    .digest('hex')
    .slice(0, 16);
}
