import { codeVersion } from '../pool/code-version.ts';
import type { Provenance } from '../results/envelope.ts';
import type { Progress } from '../shared/progress.ts';
import { PACKAGE_VERSION } from '../shared/version.ts';

/** How this run was made, so far. */
export function provenance(settings: object, { steps }: Progress): Provenance {
  const versions = { 'replay-batch': PACKAGE_VERSION, code: codeVersion(), node: process.version };
  return { settings: { ...settings }, versions, steps };
}
