import type { Json } from '../e2e/program.ts';
import { matches } from './iam.ts';

/** Whether an event pattern of EventBridge matches an event. Throws on what this matcher does not know: values other
 * than text, `wildcard` and `exists`. */
export function matchesEvent(pattern: Json, event: Json): boolean {
  return Object.entries<Json>(pattern).every(([key, wanted]) => {
    const found = event?.[key];
    return Array.isArray(wanted)
      ? wanted.some((one) => matchesValue(one, found))
      : matchesEvent(wanted, found);
  });
}

function matchesValue(wanted: Json, found: Json): boolean {
  if (typeof wanted === 'string') return found === wanted;
  const [[name, text] = [], ...more] = Object.entries<Json>(wanted);
  if (name === 'exists' && more.length === 0) return (found !== undefined) === text;
  if (name !== 'wildcard' || more.length > 0)
    throw new Error(`no value that is known: ${JSON.stringify(wanted)}`);
  return typeof found === 'string' && matches(text, found);
}
