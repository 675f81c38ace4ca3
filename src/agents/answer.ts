import { z } from 'zod';
import { pythonFloat } from './python-float.ts';

// What an answer is made of. A schema both goes to the model and checks what comes back, where it follows what
// production's own validation let pass, one case apart: true and false are no numbers here.

// `prefault` is zod's default that leaves no trace in the JSON schema: the model is asked for every field.

/** Text that may be left out, but is not null. */
export const text = z.string().prefault('');

/** From 0 to 100. */
export const score = numberOf(z.number().min(0).max(100));

/** A whole number from 0 to 100; 85.0 is one. */
export const wholeScore = numberOf(z.int().min(0).max(100));

/** A list of texts that is required. */
export const requiredTexts = list(z.array(z.string()));

/** A list of texts that may be left out. */
export const texts = requiredTexts.prefault([]);

/** Models quote numbers now and then; production read them all the same. */
export function numberOf<S extends z.ZodType>(number: S): z.ZodType<z.output<S>> {
  return z.preprocess((value) => (typeof value === 'string' ? (pythonFloat(value) ?? value) : value), number);
}

/** A list that some models write as text that holds it. */
export function list<S extends z.ZodType>(array: S): z.ZodType<z.output<S>> {
  return z.preprocess((value) => (typeof value === 'string' ? parsed(value) : value), array);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
