import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Server = {
  readonly base: string;
  readonly child: ChildProcess;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
};
export const PASSWORD = 'a password of the tests';

const CHILD = fileURLToPath(new URL('serve-child.ts', import.meta.url));

/** Starts a server process on a data directory; `wrap` puts another program before it (strace). */
export const startServer = (
  directory: string,
  environment: Record<string, string> = {},
  wrap?: readonly [string, ...string[]],
): Promise<Server> => {
  const node = [process.execPath, '--import', 'tsx', CHILD] as const;
  const [program, ...args] = wrap === undefined ? node : [wrap[0], ...wrap.slice(1), ...node];
  const child = spawn(program, args, {
    env: { ...process.env, DATA_DIR: directory, PASSWORD, LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); })); // prettier-ignore
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr.on('data', (text: Buffer) => { output += text.toString(); }); // prettier-ignore
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      const base = /^listening (\S+)/m.exec(output)?.[1];
      if (base === undefined) return;
      resolve({ base, child, kill: async (signal) => { child.kill(signal); await ended; } }); // prettier-ignore
    });
    child.once('exit', (code) => {
      reject(new Error(`the server ended with ${String(code)}: ${output}`));
    });
  });
};

export type Answered = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> };

/** One request over a real socket. Throws where the connection breaks. */
export const ask = async (
  { base }: Pick<Server, 'base'>,
  method: string,
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answered> => {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
};

export const signIn = async (server: Server, account: string): Promise<string> => {
  const { body } = await ask(server, 'POST', '/api/v1/session', { body: { account, password: PASSWORD } });
  return String(body['accessToken']);
};
