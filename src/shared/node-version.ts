import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is wrong with the running Node and how to run on a later one; undefined when it is new enough. */
export function unsupportedNode(): string | undefined {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const needed = engines.node.replace('>=', '');
  if (!isOlder(process.versions.node, needed)) return undefined;
  return `expected Node ${needed} or later, found ${process.versions.node}; ${advice()}`;
}

/** Whether a version such as 20.20.2 is older than one such as 22.12. */
export function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

/** `npm ci` installs a Node of its own, where development dependencies are wanted. */
function advice(): string {
  const installed = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(installed)) return 'install a later Node';
  return `run ${fromHere(installed)} ${fromHere(process.argv[1] as string)} …`;
}

function fromHere(path: string): string {
  return relative(process.cwd(), path);
}
