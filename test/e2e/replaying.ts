import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type AnthropicOptions, type AnthropicServer, startAnthropic } from '../servers/anthropic.ts';
import {
  type Finished,
  filesUnder,
  type Json,
  type RunOptions,
  readJson,
  run,
  temporaryFolder,
} from './program.ts';

export const RUN_ID = '2607110900';
export const SUMMARY = `_replay_summary/${RUN_ID}_claude-haiku-4-5.json`;

/** One model by each wire, at one price: the scripted server speaks both. */
export const WIRES = ['claude-haiku-4-5', 'openai/claude-haiku-4-5'].map((model) => ({
  model,
  target: ['--target-models', model],
  key: `_replay_summary/${RUN_ID}_${model.replace('/', '-')}.json`,
}));

export async function serve(options: AnthropicOptions): Promise<AnthropicServer> {
  const server = await startAnthropic(options);
  onTestFinished(() => server.close());
  return server;
}

type Start = (args: readonly string[], options: RunOptions) => Promise<Pick<Finished, 'code' | 'envelope'>>;

/** The job over a corpus, into a folder of its own that later runs of the test share. It is started as a process, or
 * as `start` does. */
export async function job<S extends Start = typeof run>(
  server: AnthropicServer | undefined,
  corpus: readonly string[],
  start: S = run as unknown as S,
) {
  const out = await temporaryFolder();
  return {
    out: out.path,
    run: (more: readonly string[] = [], options: RunOptions = {}) =>
      start(['concordance', ...corpus, '--out', out.uri, ...more], {
        ...options,
        env: { ...server?.environment, ...options.env },
      }) as ReturnType<S>,
    summary: (key = SUMMARY): Promise<Json> => readJson(out.path, key),
    costRows: async () => {
      const files = (await filesUnder(out.path)).filter((file) => file.startsWith('_cost_raw/'));
      const texts = await Promise.all(files.map((file) => readFile(join(out.path, file), 'utf8')));
      return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line));
    },
    cached: async () => (await filesUnder(out.path)).filter((file) => file.startsWith('_replay_cache/')),
  };
}

export function lineOf(summary: Json, family: string): Json {
  return summary.per_agent.find(({ agent_id_base }: Json) => agent_id_base === family);
}

/** A summary without what a rerun may change. */
export function lasting({ cost, cache, computed_at, ...summary }: Json): Json {
  return summary;
}

export function accountedFor(summary: Json): void {
  const scored =
    sum(summary.per_agent.map(({ n }: Json) => n)) +
    sum(summary.agents_skipped_thin_sample.map(({ n_observations }: Json) => n_observations));
  const skipped = sum(Object.values(summary.replay_skips));
  const { replay_failures, n_artifacts_skipped_for_budget: unreached, n_artifacts_candidate } = summary;
  expect(scored + skipped + replay_failures.length + unreached).toBe(n_artifacts_candidate);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
