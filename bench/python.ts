import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.ts';

/** Where scripts/install-test-servers.sh leaves it. */
export const PYTHON = join(import.meta.dirname, '..', '.venv', 'bin', 'python');

/** The version of a Python package; undefined when there is none to compare with. */
export async function pythonPackage(name: string): Promise<string | undefined> {
  if (!existsSync(PYTHON)) return undefined;
  try {
    return (await run(PYTHON, ['-c', `import ${name}; print(${name}.__version__)`])).trim();
  } catch {
    return undefined;
  }
}
