import { readCommandLine } from '../../src/settings/command-line.ts';
import { DEFINITIONS } from '../../src/settings/schema.ts';
import { readSettings, type Settings } from '../../src/settings/settings.ts';
import { SettingsError } from '../../src/shared/errors.ts';

/** What the container is told beyond its job definition. */
export interface Overrides {
  readonly command: string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A job's command line as a container's environment, and as its command where an option has no variable. Only the
 * program's settings get in, and of them only those given: nothing of this shell's environment, so no secret, which
 * Batch would show to everybody who may describe the job. Throws SettingsError in the program's own words. */
export function overridesOf(jobArgv: readonly string[], now: Date): Overrides {
  const { job, endTime } = readSettings(jobArgv, {}, now);
  const given = readCommandLine(jobArgv);
  const command: string[] = [job];
  // Every attempt and every child of an array works on the same window.
  const environment: Record<string, string> = { END_TIME_ISO: endTime.toISOString() };
  for (const { key, flag, env } of DEFINITIONS) {
    const value = given[key];
    if (value === undefined) continue;
    const text = [value].flat().join(',');
    if (env) environment[env] = text;
    else command.push(`--${flag}=${text}`);
  }
  return { command, environment };
}

/** The settings of the container: the overrides over what the job definition itself sets. */
export function settingsInContainer(
  { command, environment }: Overrides,
  definition: { readonly name: string; readonly environment: Readonly<Record<string, string>> },
  now: Date,
): Settings {
  try {
    return readSettings(command, { ...definition.environment, ...environment }, now);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(`with the environment of job definition ${definition.name}: ${error.message}`);
  }
}
