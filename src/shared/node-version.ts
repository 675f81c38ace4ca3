import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { NEEDED_NODE } from './version.ts';

/** What is wrong with the running Node and how to run on a later one; undefined when it is new enough. */
export function unsupportedNode(): string | undefined {
  if (!isOlder(process.versions.node, NEEDED_NODE)) return undefined;
  return `expected Node ${NEEDED_NODE} or later, found ${process.versions.node}; ${advice()}`;
}

/** Whether a version such as 20.20.2 is older than one such as 22.12. */
export function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}

/** `npm ci` installs a Node of its own, where development dependencies are wanted. */
function advice(): string {
  const main = process.argv[1] as string;
  const installed = join(dirname(main), '../node_modules/node/bin/node');
  if (!existsSync(installed)) return 'install a later Node';
  return `run ${fromHere(installed)} ${fromHere(main)} …`;
}

function fromHere(path: string): string {
  return relative(process.cwd(), path);
}
