import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { familyOf } from '../../src/agents/registry.ts';
import { type ArtifactKey, parseKey } from '../../src/corpus/key.ts';
import { type MessageRequest, requestForm, structuredFor } from '../../src/model/anthropic/request.ts';
import type { Message } from '../../src/model/message.ts';
import { digestPrompt } from '../../src/model/prompt.ts';
import { record } from '../../src/model/recorded.ts';
import type { ModelParams } from '../../src/model/request.ts';
import { type CapturedPrompt, loadPrompt } from '../../src/pool/candidates.ts';
import { ReplayError } from '../../src/shared/errors.ts';
import { type JsonObject, objectAt } from '../../src/shared/json.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { ANSWER_BEHIND } from './answers.ts';
import { Random } from './random.ts';

const MODEL = 'claude-haiku-4-5';
/** As the program asks by default. */
const ASKING: ModelParams = { model: MODEL, structured: structuredFor(MODEL, 'auto'), maxTokens: 8192 };

/** Records, for every prompt of a corpus that can be replayed, the answer of a cheaper model that mostly agrees.
 * `themesChanged` is the share of theme stances that it makes neutral. Resolves to the number of recordings. */
export async function writeRecordings(corpus: string, folder: string, themesChanged = 0.3): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  const store = openStore(pathToFileURL(corpus).href);
  const keys = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).sort();
  let count = 0;
  for (const key of keys) {
    const artifact = parseKey(key);
    const family = artifact && familyOf(artifact.agentId);
    if (!family?.replay || family.replay.toolLoop) continue;
    const question = await promptOf(store, artifact as ArtifactKey);
    if (!question) continue;
    const form = requestForm(family.replay.answer, ASKING);
    const call = {
      hash: form.hash(digestPrompt(question.prompt), 0),
      request: form.request(question.prompt),
    };
    const captured = JSON.parse(readFileSync(join(corpus, key), 'utf8')) as JsonObject;
    const behind = ANSWER_BEHIND[family.id]?.(objectAt(captured, 'agent_output') ?? {});
    const answer = cheaper(family.id, behind as JsonObject, new Random(key), themesChanged);
    await record(folder, { hash: call.hash, model: MODEL }, messageOf(call, answer));
    count += 1;
  }
  return count;
}

/** The prompt of a capture; undefined where it cannot be replayed. */
async function promptOf(store: Store, artifact: ArtifactKey): Promise<CapturedPrompt | undefined> {
  try {
    return await loadPrompt(store, artifact);
  } catch (error) {
    if (error instanceof ReplayError) return undefined;
    throw error;
  }
}

/** The answer of a model that decides as the original did most of the time. */
function cheaper(family: string, answer: JsonObject, random: Random, themesChanged: number): unknown {
  if (family === 'thinktank_thesis') {
    const rating = Number(answer.rating);
    const moved = Math.min(100, Math.max(0, rating + random.int(-12, 12)));
    return { ...answer, rating: moved, stance: random.chance(0.2) ? 'neutral' : answer.stance };
  }
  if (family === 'thinktank_theme') {
    return random.chance(themesChanged) ? { ...answer, stance: 'neutral' } : answer;
  }
  return answer;
}

function messageOf({ hash, request }: { hash: string; request: MessageRequest }, answer: unknown): Message {
  const text = JSON.stringify(answer);
  const tokens = (sent: string) => Math.ceil(Buffer.byteLength(sent) / 4);
  return {
    id: `msg_${hash.slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: [{ type: 'text', text, citations: null }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: tokens(JSON.stringify(request)),
      output_tokens: tokens(text),
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  } as Message;
}
