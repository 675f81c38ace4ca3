import { z } from 'zod';
import type { JobName, Setting } from './setting.ts';
import { SETTINGS } from './table.ts';
import { factsOf } from './values.ts';

export type SettingKey = keyof typeof SETTINGS;

/** The settings that a job uses, as they are read. */
export type ReadSettings<J extends JobName> = {
  readonly [K in SettingKey as J extends (typeof SETTINGS)[K]['jobs'][number] ? K : never]: z.output<
    (typeof SETTINGS)[K]['schema']
  >;
};

/** A setting as a row, for the command line, the environment, `--help` and the README. */
export type Definition = Readonly<ReturnType<typeof definitionOf>>;

function definitionOf([key, one]: [string, Setting]) {
  const { env = separated(key, '_').toUpperCase(), fallback, ...common } = one;
  const { constant, choices, takes } = factsOf(one.schema);
  return {
    ...common,
    key: key as SettingKey,
    flag: separated(key, '-'),
    env,
    default: fallback ?? constant,
    choices,
    takes,
  };
}

function separated(key: string, separator: string): string {
  return key.replace(/[A-Z]/g, (upper) => `${separator}${upper.toLowerCase()}`);
}

export const DEFINITIONS: readonly Definition[] = Object.entries(SETTINGS).map(definitionOf);

/** Those that have a flag. */
export const FLAGS = DEFINITIONS.filter(({ given }) => given === undefined);

/** The schema of what a job uses; everything else is left out. */
export function schemaOf(job: JobName): z.ZodObject {
  const used = DEFINITIONS.filter(({ jobs }) => jobs.includes(job));
  return z.object(Object.fromEntries(used.map(({ key, schema }) => [key, schema])));
}
