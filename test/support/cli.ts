import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

type Environment = Readonly<Record<string, string>>;
export type Ended = { readonly code: number | null; readonly out: string; readonly errors: string };

/** Starts `hongzhang` and waits for nothing. */
export const beginCli = (
  args: readonly string[],
  environment: Environment,
): { readonly child: ChildProcess; readonly said: () => Ended } => {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return { child, said: () => ({ code: child.exitCode, out, errors }) };
};

/** Runs `hongzhang` to its end, as a shell would. */
export const runCli = async (args: readonly string[], environment: Environment): Promise<Ended> => {
  const { child, said } = beginCli(args, environment);
  await once(child, 'close');
  return said();
};

/** Runs `hongzhang serve` until it listens; `end` asks it to stop and gives how it ended. */
export const serveCli = async (args: readonly string[], environment: Environment) => {
  const { child, said } = beginCli(['serve', ...args], environment);
  const closed = once(child, 'close');
  const ended = closed.then(() => { throw new Error(`it does not serve: ${said().out}${said().errors}`); }); // prettier-ignore
  const listening = new Promise<string>((resolve) => {
    child.stdout?.on('data', () => {
      const base = /is listening at (\S+)/.exec(said().out)?.[1];
      if (base !== undefined) resolve(base);
    });
  });
  const base = await Promise.race([listening, ended]);
  ended.catch(() => undefined);
  return {
    base,
    said,
    end: async (): Promise<Ended> => {
      child.kill('SIGTERM');
      await closed;
      return said();
    },
  };
};
