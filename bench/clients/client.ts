import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { setAt, statsOf } from '../s3/start.ts';
import type { Order, Reading } from './order.ts';

/** Reads objects, parses them, and whatever else the way of reading is about. */
export type Read = (keys: readonly string[]) => Promise<void> | void;

export interface Client {
  /** Gets ready to read; nothing of it is measured. */
  open(order: Order): Promise<Read> | Read;
  /** Whether `open` starts threads itself. */
  readonly ownThreads?: boolean;
}

/** Runs a client as a process of its own: takes its order from the command line, reads a few objects to warm up, then
 * what was ordered, and prints what that took. With several threads each runs the client on its part of the keys. */
export async function client(url: string, { open, ownThreads = false }: Client): Promise<void> {
  if (!isMainThread) return thread(open);
  const order = JSON.parse(process.argv[2] as string) as Order;
  const threads = ownThreads ? 1 : order.threads;
  const read = threads === 1 ? await alone(open, order) : await together(url, order, threads);
  await setAt(order.control, { latency: order.latency });
  const server = await statsOf(order.control);
  const cpu = process.cpuUsage();
  const started = performance.now();
  await read();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const after = await statsOf(order.control);
  const reading: Reading = {
    seconds,
    cpuMs: (user + system) / 1000,
    serverMs: after.cpuMs - server.cpuMs,
    peakMib: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(reading)}\n`, () => process.exit());
}

interface Keys {
  readonly warm: readonly string[];
  readonly ordered: readonly string[];
}

function keysOf({ keys, count, spare }: Order): Keys {
  const all = readFileSync(keys, 'utf8').split('\n');
  return { warm: all.slice(all.length - spare), ordered: all.slice(0, count) };
}

async function alone(open: Client['open'], order: Order): Promise<() => Promise<void> | void> {
  const { warm, ordered } = keysOf(order);
  const read = await open(order);
  await read(warm);
  return () => read(ordered);
}

async function together(url: string, order: Order, threads: number): Promise<() => Promise<void>> {
  const { warm, ordered } = keysOf(order);
  const part = (keys: readonly string[], index: number) =>
    keys.filter((_, position) => position % threads === index);
  const workers = Array.from({ length: threads }, (_, index) => {
    const keys: Keys = { warm: part(warm, index), ordered: part(ordered, index) };
    return new Worker(fileURLToPath(url), { workerData: { order, keys } });
  });
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return async () => {
    const done = workers.map((worker) => once(worker, 'message'));
    for (const worker of workers) worker.postMessage('read');
    await Promise.all(done);
  };
}

async function thread(open: Client['open']): Promise<void> {
  const { order, keys } = workerData as { order: Order; keys: Keys };
  const read = await open(order);
  await read(keys.warm);
  parentPort?.postMessage('warm');
  await once(parentPort as NonNullable<typeof parentPort>, 'message');
  await read(keys.ordered);
  parentPort?.postMessage('done');
}
