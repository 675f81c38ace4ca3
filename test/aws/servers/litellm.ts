import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type Running, startProcess } from './process.ts';

const PROGRAM = fileURLToPath(new URL('../../../.venv-litellm/bin/litellm', import.meta.url));
const KEY = 'sk-only-for-tests-0123456789abcdef0123456789';

export interface LiteLlm extends Running {
  readonly url: string;
  /** What makes both SDKs talk to this proxy. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A LiteLLM proxy with these `litellm_params` by the names of models; no network but theirs. */
export async function startLiteLlm(models: Readonly<Record<string, object>>): Promise<LiteLlm> {
  const folder = await mkdtemp(join(tmpdir(), 'litellm-'));
  const list = Object.entries(models).map(([name, params]) => ({ model_name: name, litellm_params: params }));
  // JSON is YAML.
  await writeFile(join(folder, 'config.yaml'), JSON.stringify({ model_list: list }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['--config', join(folder, 'config.yaml'), '--host', '127.0.0.1', '--port', String(port)];
  const env = { LITELLM_MASTER_KEY: KEY, LITELLM_LOCAL_MODEL_COST_MAP: 'True' };
  const running = await startProcess(PROGRAM, args, {
    url: `${url}/health/liveliness`,
    env,
    readyMs: 180_000,
  });
  const environment = {
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: KEY,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: KEY,
  };
  const close = async () => {
    await running.close();
    await rm(folder, { recursive: true });
  };
  return { url, environment, close };
}
