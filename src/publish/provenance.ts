import { codeVersion } from '../pool/code-version.ts';
import type { Provenance } from '../results/envelope.ts';
import type { Progress } from '../shared/progress.ts';
import { packageVersion } from '../shared/version.ts';

/** How this run was made, so far. */
export function provenance(settings: object, { steps }: Progress): Provenance {
  const versions = { 'replay-batch': packageVersion(), code: codeVersion(), node: process.version };
  return { settings: { ...settings }, versions, steps };
}
