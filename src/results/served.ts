import { z } from 'zod';
import * as t from './parts.ts';

/** What served the answers of one target, as these name it. */
export const served = t.orNull(
  z
    .array(
      z.object({
        model: t.nullable(t.text('Model'), 'where the answers name none'),
        provider: t.nullable(t.text('Who ran it'), 'where the answers name none'),
        answers: t.count('Answers, those of earlier runs included'),
      }),
    )
    .describe('What served the answers, as these name it'),
);
export type Served = t.Published<typeof served>;

/** Served models that a warning names. */
const MAX_NAMED = 5;

/** Undefined where one model served all answers of a target. */
export function servedWarning(target: string, found: Served): string | undefined {
  const names = [...new Set(found?.flatMap(({ model }) => model ?? []))];
  if (names.length < 2) return undefined;
  const more = names.length > MAX_NAMED ? ' and others' : '';
  return `${target} was served by ${names.length} models (${names.slice(0, MAX_NAMED).join(', ')}${more}): its numbers are a mean of several.`;
}
