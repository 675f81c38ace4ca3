import { arrayAt, isObject, numberAt, objectAt } from '../shared/json.ts';
import type { Message } from './call.ts';

/** Whether this is an answer that can be read and billed: a gateway's page, or half an answer, is none. */
export function isMessage(value: unknown): value is Message {
  if (!isObject(value)) return false;
  const usage = objectAt(value, 'usage');
  return (
    arrayAt(value, 'content')?.every(isObject) === true &&
    numberAt(usage, 'input_tokens') >= 0 &&
    numberAt(usage, 'output_tokens') >= 0
  );
}
