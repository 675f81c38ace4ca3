import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

const running = new Set<ChildProcess>();

/** Starts a process that does not outlive this one. */
export function start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Runs a program to its end and resolves to what it printed; rejects when it fails. Its stderr is shown only then. */
export async function run(command: string, args: readonly string[], options?: SpawnOptions): Promise<string> {
  return (await runWhole(command, args, options)).printed;
}

/** The same, with what it wrote to stderr. */
export async function runWhole(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<{ readonly printed: string; readonly logged: string }> {
  const child = start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk) => out.push(chunk));
  child.stderr?.on('data', (chunk) => err.push(chunk));
  const code = await ended(child);
  const printed = Buffer.concat(out).toString();
  const logged = Buffer.concat(err).toString();
  if (code === 0) return { printed, logged };
  const said = logged.trim().slice(-2_000);
  throw new Error(`${command} ${args.join(' ')}: ended with ${code}\n${said}\n${printed.slice(-2_000)}`);
}

/** Resolves to the exit code, or the signal. */
function ended(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}

export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
