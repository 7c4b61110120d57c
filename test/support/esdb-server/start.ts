import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fault } from './faults.ts';

export type ServerSettings = {
  /** The store, which outlives the process. */
  readonly file: string;
  readonly port?: number;
  /** false: an old server, to which every append is a call of its own. */
  readonly batch?: boolean;
  /** Where the first record begins, as a decimal. */
  readonly firstPosition?: string;
  /** `name:password` of the one user. */
  readonly user?: string;
  readonly tls?: { readonly keyFile: string; readonly certFile: string };
  /** The port that gossip names as the leader's. */
  readonly leader?: number;
};
export type Control = { readonly id: number; readonly fault?: Fault; readonly clear?: { readonly stream?: string } };
export type Status = {
  readonly subscriptions: number;
  readonly reads: number;
  /** Appends that have come in, answered or not. */
  readonly appends: number;
  /** Appends that were written and not answered (`lost-ack`). */
  readonly lost: number;
  readonly delivered: number;
  readonly events: number;
};
export type EsdbServer = {
  readonly port: number;
  readonly address: string;
  readonly pid: number;
  readonly fault: (fault: Fault) => Promise<Status>;
  readonly clear: (stream?: string) => Promise<Status>;
  readonly status: () => Promise<Status>;
  /** Ends the process, with SIGKILL unless said otherwise; the store stays. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** Starts it again on the same port and store. */
  readonly restart: () => Promise<void>;
  /** Ends it and removes a store of its own. */
  readonly dispose: () => Promise<void>;
};

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

type Running = { readonly child: ChildProcess; readonly port: number; readonly ended: Promise<void> };

const run = (settings: ServerSettings): Promise<Running> =>
  new Promise((resolve, reject) => {
    const child = fork(MAIN, [JSON.stringify(settings)], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }); // prettier-ignore
    const ended = new Promise<void>((done) => child.once('exit', () => { done(); })); // prettier-ignore
    child.once('message', (message: { listening: number }) => { resolve({ child, port: message.listening, ended }); }); // prettier-ignore
    child.once('exit', (code) => { reject(new Error(`the server for tests ended with ${String(code)}`)); }); // prettier-ignore
  });

/** Starts the server for tests in a process of its own, by default on a free port and a fresh store. */
export const startEsdbServer = async (settings: Partial<ServerSettings> = {}): Promise<EsdbServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'hongzhang-esdb-'));
  const file = settings.file ?? join(folder, 'store.jsonl');
  let running = await run({ ...settings, file });
  const { port } = running;
  let asked = 0;
  const ask = (control: Omit<Control, 'id'>): Promise<Status> => {
    const id = (asked += 1);
    const { child } = running;
    return new Promise((resolve, reject) => {
      const answered = (message: Status & { id: number }): void => {
        if (message.id !== id) return;
        child.off('message', answered);
        resolve(message);
      };
      child.on('message', answered);
      child.send({ id, ...control }, (error) => { if (error !== null) reject(error); }); // prettier-ignore
    });
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    running.child.kill(signal);
    await running.ended;
  };
  return {
    port,
    get pid() {
      return running.child.pid ?? -1;
    },
    address: `esdb://${settings.user === undefined ? '' : `${settings.user}@`}127.0.0.1:${String(port)}${settings.tls === undefined ? '?tls=false' : `?tlsCAFile=${settings.tls.certFile}`}`,
    fault: (fault) => ask({ fault }),
    clear: (stream) => ask({ clear: stream === undefined ? {} : { stream } }),
    status: () => ask({}),
    kill,
    restart: async () => {
      running = await run({ ...settings, file, port });
    },
    dispose: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
