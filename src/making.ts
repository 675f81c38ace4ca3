import { codeVersion } from './pool/code-version.ts';
import type { Progress } from './progress.ts';
import type { Making } from './publish/result.ts';
import type { Settings } from './settings/settings.ts';
import { packageVersion } from './version.ts';

/** How this run was made, so far. */
export function makingOf(settings: Settings, { steps }: Progress): Making {
  const versions = { 'replay-batch': packageVersion(), code: codeVersion(), node: process.version };
  return { settings, versions, steps };
}
