import { isUtf8 } from 'node:buffer';
import { LoadError } from '../shared/errors.ts';
import { isObject, type JsonObject } from '../shared/json.ts';

/** The JSON object in an artifact's bytes. A byte-order mark is accepted, and so are the bare words NaN,
 * Infinity and -Infinity, which Python writes and reads: they become null, missing.
 *
 * Throws LoadError for anything else: no bytes, invalid UTF-8, broken JSON, another type than an object. */
export function parseObject(bytes: Uint8Array): JsonObject {
  if (bytes.length === 0) throw new LoadError('expected a JSON object, found zero bytes');
  const value = parseJson(decode(bytes));
  if (!isObject(value)) {
    const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
    throw new LoadError(`expected a JSON object, found ${found}`);
  }
  return value;
}

/** Half the time of a TextDecoder that is fatal, where a text is not all ASCII. */
function decode(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new LoadError('expected UTF-8, found bytes that are not');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const replaced = withoutBareWords(text);
    if (replaced !== text) {
      try {
        return JSON.parse(replaced);
      } catch {
        // Broken beyond the bare words: the first error stands.
      }
    }
    throw new LoadError(`expected JSON, found text that breaks off or is malformed: ${faultOf(error)}`);
  }
}

/** `text` with NaN, Infinity and -Infinity outside strings replaced by null. */
function withoutBareWords(text: string): string {
  let isString = false;
  return text.replace(/\\.|"|-?Infinity|NaN/gs, (found) => {
    if (found === '"') isString = !isString;
    return isString || found === '"' || found.startsWith('\\') ? found : 'null';
  });
}

/** V8's message quotes the text around the fault, which may be long and may be anything. */
function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/,? ?(\.\.\.)?".*$/s, '').slice(0, 120);
}
