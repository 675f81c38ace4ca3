import type { z } from 'zod';

export const JOBS = ['counterfactual', 'concordance', 'single', 'report'] as const;

export type JobName = (typeof JOBS)[number];

/** Headings of `--help`. */
export type Group =
  | 'read'
  | 'write'
  | 'counterfactual'
  | 'concordance'
  | 'single'
  | 'verdicts'
  | 'money'
  | 'machine';

interface Meta {
  readonly description: string;
  /** Environment variable; null where only the flag exists, the key in capitals where nothing is said. */
  readonly env?: string | null;
  /** How the default reads in `--help`, where it is not a constant. */
  readonly fallback?: string;
  /** Where it is given: `job` is the first word, `environment` has no flag. */
  readonly given?: 'first word' | 'environment';
}

export interface Setting<T extends z.ZodType = z.ZodType, J extends JobName = JobName> extends Meta {
  readonly schema: T;
  readonly jobs: readonly J[];
  readonly group?: Group;
}

/** Makes settings that these jobs use. */
export function settingFor<J extends JobName>(...jobs: readonly J[]) {
  return <T extends z.ZodType>(
    schema: T,
    description: string,
    more: Omit<Meta, 'description'> = {},
  ): Setting<T, J> => ({ jobs, schema, description, ...more });
}

/** Settings that stand under one heading of `--help`. */
export function under<S extends Record<string, Setting>>(group: Group, settings: S): S {
  const grouped = Object.entries(settings).map(([key, one]) => [key, { ...one, group }]);
  return Object.fromEntries(grouped) as S;
}
