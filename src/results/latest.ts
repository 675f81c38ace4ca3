import type { z } from 'zod';
import * as t from './parts.ts';

/** The newest document of its folder, once more under a key that stays. */
export function latestOf<S extends z.ZodRawShape>(document: z.ZodObject<S>) {
  return document.extend({ artifact_key: t.text('Full key of the document that this is a copy of') });
}

export function latestKey(key: string): string {
  return `${key.slice(0, key.lastIndexOf('/'))}/latest.json`;
}
