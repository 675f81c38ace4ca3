import { fileURLToPath } from 'node:url';
import { freePort, type Running, startProcess } from './process.ts';

const PROGRAM = fileURLToPath(new URL('../../../.venv/bin/moto_server', import.meta.url));

export interface Moto extends Running {
  readonly url: string;
  /** What makes every AWS client talk to this server; it takes any credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface MotoOptions {
  /** The server and its first arguments. */
  readonly command?: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** S3, CloudWatch, Batch and Step Functions in memory. Batch marks jobs succeeded without running them. */
export async function startMoto({ command = [PROGRAM], env = {} }: MotoOptions = {}): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [program, ...first] = command;
  const { close } = await startProcess(program, [...first, '-H', '127.0.0.1', '-p', String(port)], {
    url: `${url}/moto-api/`,
    env,
  });
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
  };
  return { url, environment, close };
}
