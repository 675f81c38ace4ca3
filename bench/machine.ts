import { availableParallelism, cpus, loadavg } from 'node:os';

/** When, on what, and how busy it was with other things. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const load = loadavg()[0]?.toFixed(2);
  return `${date} UTC, ${model}, ${availableParallelism()} processors, Node ${process.version}, load ${load} at the start`;
}
