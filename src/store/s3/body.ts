import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { tooLarge } from '../too-large.ts';

/** The whole body of an answer. Throws LoadError when it is larger than `maxBytes` (before reading it, where
 * its length is known), and what the stream throws when it breaks off. */
export async function readBody(
  answer: GetObjectCommandOutput,
  key: string,
  maxBytes: number,
): Promise<Buffer> {
  const { ContentLength: expected } = answer;
  const body = answer.Body as AsyncIterable<Uint8Array> & { destroy(): void };
  if (expected !== undefined && expected > maxBytes) {
    body.destroy(); // unread, it would hold its socket for ever
    throw tooLarge(key, expected, maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(key, `at least ${length}`, maxBytes);
    chunks.push(chunk);
  }
  if (expected !== undefined && length !== expected)
    throw new Error(`expected ${expected} bytes, found ${length}`);
  return Buffer.concat(chunks, length);
}
