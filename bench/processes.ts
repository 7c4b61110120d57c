import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
/** Says at its end how much memory a process has taken at the most (VmHWM, kB). */
const SAY_PEAK = `data:text/javascript,${encodeURIComponent(
  "import { readFileSync, writeSync } from 'node:fs'; process.on('exit', () => writeSync(2, /VmHWM.*/.exec(readFileSync('/proc/self/status', 'utf8'))[0] + '\\n'));",
)}`;

export type Ended = { readonly seconds: number; readonly peakMegabytes: number; readonly output: string };

/** Runs Node to its end, timed from spawn to exit. Throws with what it said where it fails. */
export const runNode = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', SAY_PEAK, ...args], { env: { ...process.env, ...environment } });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${output}${errors}`);
  const peaks = [...errors.matchAll(/VmHWM:\s+(\d+) kB/g)].map(([, kilobytes]) => Number(kilobytes));
  return { seconds: (performance.now() - started) / 1_000, peakMegabytes: Math.max(...peaks) / 1_024, output };
};

/** `hongzhang <args>` as it was built. */
export const runHongzhang = (args: readonly string[], directory: string): Promise<Ended> =>
  runNode([CLI, ...args], { DATA_DIR: directory, LOG_LEVEL: 'warn' });

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

export type Running = { readonly port: number; readonly readyAfterMs: number; readonly stop: () => Promise<void> };

const isReady = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${String(port)}/readyz`)).status === 200;
  } catch {
    return false;
  }
};

/** Resolves when `/readyz` answers 200; `stop` asks it to end and waits until it has. */
export const startProcess = async (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Running> => {
  const port = await freePort();
  const started = performance.now();
  const child: ChildProcess = spawn(process.execPath, args, {
    env: { ...process.env, ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${String(child.exitCode)}`);
    await pause(5);
  }
  return {
    port,
    readyAfterMs: performance.now() - started,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
};

/** `hongzhang serve` as it was built. */
export const serve = (directory: string): Promise<Running> =>
  startProcess([CLI, 'serve'], { DATA_DIR: directory, LOG_LEVEL: 'warn' });
