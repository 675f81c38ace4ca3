import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANSWER_BEHIND } from '../scripts/corpus/answers.ts';
import { type JsonObject, objectAt, stringAt } from '../src/shared/json.ts';
import type { MessageBody } from '../test/servers/anthropic.ts';
import type { Corpus } from './corpus.ts';

/** A model that answers every prompt of a corpus as it was answered when captured. */
export function modelOf(corpus: Corpus): (request: MessageBody) => unknown {
  const answers = new Map<string, unknown>();
  for (const key of readFileSync(corpus.keys, 'utf8').split('\n')) {
    const family = key.split('/')[3]?.split(':')[0] ?? '';
    const answer = ANSWER_BEHIND[family];
    if (!answer) continue;
    const captured = JSON.parse(readFileSync(join(corpus.folder, key), 'utf8')) as JsonObject;
    const prompt = stringAt(objectAt(captured, 'full_prompt_context') ?? {}, 'user_prompt');
    const output = objectAt(captured, 'agent_output');
    if (prompt !== undefined && output) answers.set(prompt, answer(output));
  }
  return ({ messages }) => {
    const answer = answers.get(String(messages[0]?.content));
    if (answer === undefined) throw new Error('nobody captured this prompt');
    return answer;
  };
}
