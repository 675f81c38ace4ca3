import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ANSWER_BEHIND } from '../../scripts/corpus/answers.ts';
import type { JsonObject } from '../../src/shared/json.ts';
import type { MessageBody } from '../servers/anthropic.ts';
import { FIXTURES, FIXTURES_END, type Json, temporaryFolder, writeObjects } from './program.ts';

/** A captured artifact, as it is or as its text, and its key in the corpus. */
export interface Captured {
  readonly key: string;
  readonly family: string;
  readonly json: Json;
}

const ROOT = fileURLToPath(FIXTURES);

/** Every artifact of the fixtures that a model was asked for. */
export function captures(): Captured[] {
  return globSync('20*/**/*.json', { cwd: ROOT })
    .sort()
    .map((key) => {
      const json = JSON.parse(readFileSync(join(ROOT, key), 'utf8'));
      return { key, family: json.agent_id.split(':')[0], json };
    })
    .filter(({ family }) => family in ANSWER_BEHIND);
}

/** The same decisions as if every prompt had been rendered, each another one. */
export function rendered(captured: readonly Captured[]): Captured[] {
  return captured.map((one) => {
    const full_prompt_context = {
      system_prompt: "<system prompt for agent_id='x' not yet plumbed; see the prompt template files>",
      user_prompt: `What is your decision?\n${one.key}`,
      tool_definitions: [],
    };
    return { ...one, json: { ...one.json, full_prompt_context } };
  });
}

/** The families of `captured` by id. */
export function ofFamily(captured: readonly Captured[], ...families: string[]): Captured[] {
  return captured.filter(({ family }) => families.includes(family));
}

/** Writes a corpus of its own for one test. Resolves to the options that read it. */
export async function corpusOf(captured: readonly Captured[]): Promise<string[]> {
  const { path, uri } = await temporaryFolder();
  const textOf = (json: Json) => (typeof json === 'string' ? json : JSON.stringify(json));
  await writeObjects(path, Object.fromEntries(captured.map(({ key, json }) => [key, textOf(json)])));
  return ['--corpus', uri, '--end-time-iso', FIXTURES_END];
}

/** The user prompt of a request. */
export function promptOf({ messages }: MessageBody): string {
  return String(messages[0]?.content);
}

/** A model that answers each captured prompt exactly as it was answered, unless `change` says otherwise. */
export function originalModel(
  captured: readonly Captured[],
  change: (answer: Json, captured: Captured) => unknown = (answer) => answer,
): (request: MessageBody) => unknown {
  const byPrompt = new Map(
    captured
      .filter(({ json }) => json.full_prompt_context)
      .map((one) => [one.json.full_prompt_context.user_prompt, one]),
  );
  return (request) => {
    const found = byPrompt.get(promptOf(request));
    if (!found) throw new Error(`nobody captured this prompt: ${promptOf(request).slice(0, 80)}`);
    const answer = ANSWER_BEHIND[found.family]?.(found.json.agent_output as JsonObject);
    return change(structuredClone(answer), found);
  };
}
