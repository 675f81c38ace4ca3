import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';

/** A static import, a re-export or a dynamic import by a literal, as tsc prints them. */
const IMPORT = /^(?:import|export)\b[^;=('"]*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

let version: string | undefined;

/** A digest of all code that a worker runs: results of other code are never taken for those of this code. */
export function codeVersion(): string {
  version ??= digestOf(join(import.meta.dirname, `worker${extname(import.meta.filename)}`));
  return version;
}

/** A digest of V8's version, of what the module in file `entry` imports, directly or not, and of the name and version
 * of each package among it, with its dependencies. The same whatever folder the files lie in. */
export function digestOf(entry: string): string {
  const hash = createHash('sha256').update(process.versions.v8);
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    hash.update(`\n${relative(entry, file)}\n${text}`);
    for (const [, fixed, dynamic] of text.matchAll(IMPORT)) {
      const specifier = (fixed ?? dynamic) as string;
      if (specifier.startsWith('.')) files.add(join(dirname(file), specifier));
      else if (!isBuiltin(specifier)) packages.add(packageOf(specifier));
    }
  }
  const manifests = new Set(manifestsOf([...packages], entry));
  for (const manifest of manifests) {
    const { name, version, dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'));
    hash.update(`\n${name}@${version}`);
    for (const path of manifestsOf(Object.keys(dependencies), manifest)) manifests.add(path);
  }
  return hash.digest('hex').slice(0, 16);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The package.json of each of these packages, where Node looks for them from a file. */
function manifestsOf(packages: readonly string[], from: string): string[] {
  const folders = (createRequire(from).resolve.paths('any') ?? []).filter((folder) => existsSync(folder));
  return packages
    .map((name) =>
      folders.map((folder) => join(folder, name, 'package.json')).find((path) => existsSync(path)),
    )
    .filter((path) => path !== undefined);
}
