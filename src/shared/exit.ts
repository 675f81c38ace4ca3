import { writeSync } from 'node:fs';

let hasExited = false;

/** Ends the process with one document on stdout: the first to leave has the word. Written at once, for the
 * process may be about to be killed; `afterwards` may then show something on stderr. */
export function exitWith(document: object | string, exitCode: number, afterwards?: () => void): never {
  if (!hasExited) {
    hasExited = true;
    const text = typeof document === 'string' ? document : JSON.stringify(document, null, 2);
    writeWhole(Buffer.from(`${text}\n`));
    show(afterwards);
  }
  process.exit(exitCode);
}

/** Whatever it comes to, the exit code stands. */
function show(afterwards: (() => void) | undefined): void {
  try {
    afterwards?.();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  }
}

/** A pipe takes what it has room for, and says EAGAIN until its reader has made some. */
function writeWhole(bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}
