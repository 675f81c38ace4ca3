import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Finished, run } from '../e2e/program.ts';

/** A container as it was asked for. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** How it ended; undefined as long as it runs. */
  readonly finished?: Finished;
}

interface Running extends Container {
  finished?: Finished;
}

export interface Engine {
  /** What makes a Docker client, such as moto's Batch, talk to this engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every container since the start, in order. */
  readonly containers: readonly Container[];
  close(): Promise<void>;
}

export interface EngineOptions {
  /** What AWS adds to the environment: credentials, secrets, the index in an array. */
  readonly agent: (container: Container) => NodeJS.ProcessEnv;
}

/** A container engine behind Docker's API: whatever the image, a container is the built program, with the command
 * and the environment asked for. */
export async function startEngine({ agent }: EngineOptions): Promise<Engine> {
  const containers: Running[] = [];

  const start = async (container: Running) => {
    const env = { ...container.environment, ...agent(container) };
    container.finished = await run(container.command, { env });
  };
  const ended = async (container: Running) => {
    while (container.finished === undefined) await sleep(20);
    return container.finished;
  };
  const routes: Record<string, (container: Running, url: URL) => unknown> = {
    'POST start': (container) => void start(container),
    'GET json': (container) => ({
      Id: String(containers.indexOf(container)),
      State: { Status: container.finished ? 'exited' : 'running', ExitCode: container.finished?.code ?? 0 },
      Config: { Tty: false },
    }),
    'GET logs': async (container, { searchParams }) => {
      const { stdout, stderr } = await ended(container);
      return frames(searchParams.get('stdout') === '1' ? stdout : stderr);
    },
    'POST wait': async (container) => ({ StatusCode: (await ended(container)).code ?? 137 }),
    'POST kill': () => undefined,
    'DELETE ': () => undefined,
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://engine');
    const [, id = '', verb = ''] = /containers\/(\w+)(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    let answer: unknown;
    if (url.pathname.endsWith('/version')) answer = { ApiVersion: '1.44', MinAPIVersion: '1.24' };
    else if (id === 'create') answer = { Id: String(containers.push(await asked(request, url)) - 1) };
    else {
      const container = containers[Number(id)];
      const route = routes[`${request.method} ${verb}`];
      if (!container || !route) return response.writeHead(404).end('{"message": "no such thing"}');
      answer = await route(container, url);
    }
    if (answer === undefined) return response.writeHead(204).end();
    if (Buffer.isBuffer(answer)) return response.writeHead(200).end(answer);
    response.writeHead(id === 'create' ? 201 : 200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return {
    environment: { DOCKER_HOST: `tcp://127.0.0.1:${address.port}` },
    containers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function asked(request: IncomingMessage, url: URL): Promise<Running> {
  const { Image, Cmd, Env } = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const environment = Object.fromEntries(
    (Env as string[]).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return { name: url.searchParams.get('name') ?? '', image: Image, command: Cmd ?? [], environment };
}

/** Lines as Docker sends them: each with its time, behind a header of stream and length. */
function frames(text: string): Buffer {
  const lines = text.split('\n').filter(Boolean);
  return Buffer.concat(
    lines.map((line) => {
      const payload = Buffer.from(`${new Date().toISOString()} ${line}\n`);
      const header = Buffer.alloc(8);
      header[0] = 1;
      header.writeUInt32BE(payload.length, 4);
      return Buffer.concat([header, payload]);
    }),
  );
}
