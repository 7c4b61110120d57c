import { setTimeout as pause } from 'node:timers/promises';
import { openConnection } from '../../src/infra/esdb/connection.ts';
import { createLeaseRegister } from '../../src/infra/esdb/lease-register.ts';
import { openEsdbEventStore } from '../../src/infra/esdb/event-store.ts';
import { openMongoReadStore } from '../../src/infra/mongo/read-store.ts';
import { compareRebuild, type Difference } from '../../src/infra/projector/projection-rebuild.ts';
import { openSqliteReadStore } from '../../src/infra/sqlite/read-store.ts';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import { PROJECTIONS } from '../../src/projections/index.ts';
import { checkLedger, eventually } from './esdb.ts';
import { ask, startServer, type Server } from './server.ts';

/** Where a deployment keeps what it keeps. */
export type Kept = { readonly eventStore: string; readonly readStore: string; readonly vault: string };
export type NodeRole = 'api' | 'worker';

/** A process of a deployment, with what it logged. */
export type Node = Server & { readonly role: NodeRole; readonly pid: number; readonly said: () => string };

/** A process with one role. The first of a deployment must be a worker: it begins the ledger, alone. */
export const startNode = async (role: NodeRole, { eventStore, readStore, vault }: Kept): Promise<Node> => {
  const environment = { ROLE: role, EVENT_STORE: eventStore, READ_STORE: readStore, VAULT: vault, LOG_LEVEL: 'warn' };
  const server = await startServer('', environment);
  let said = '';
  server.child.stdout?.on('data', (text: Buffer) => { said += text.toString(); }); // prettier-ignore
  return { ...server, role, pid: server.child.pid ?? -1, said: () => said };
};

/** A process that is replaced once it has been killed, while the rest goes on. */
export type Supervised = {
  /** The one that runs, or ran last. */
  readonly node: () => Node;
  /** Resolves once one runs. */
  readonly up: () => Promise<Node>;
  /** Kills it once it is up; the next one starts beside what the test does then. */
  readonly kill: () => Promise<void>;
  readonly end: (signal?: NodeJS.Signals) => Promise<void>;
};

/** How often a process is started whose store is away just then. */
const STARTS = 5;

/** Starts a process and another wherever it is killed, as whatever watches over processes would. */
export const supervised = async (role: NodeRole, kept: Kept): Promise<Supervised> => {
  const start = (tries = STARTS): Promise<Node> =>
    startNode(role, kept).catch((error: unknown) => {
      if (tries === 1) throw error;
      return start(tries - 1);
    });
  let node = await start();
  let next = Promise.resolve(node);
  return {
    node: () => node,
    up: () => next,
    kill: async () => {
      await (await next).kill('SIGKILL');
      next = start().then((started) => (node = started));
      next.catch(() => undefined);
    },
    end: async (signal = 'SIGTERM') => (await next).kill(signal),
  };
};

/** Who holds a lease: the process that the lease's record names. */
export const watchLeases = (eventStore: string) => {
  const connection = openConnection(eventStore);
  const register = createLeaseRegister(connection);
  return {
    /** The process that holds it, and which turn that is; undefined while nobody does or nobody can be asked. */
    holder: async (name: string): Promise<{ readonly pid: number; readonly token: number } | undefined> => {
      const found = await register.read(name).catch(() => null);
      if (found === null || found.record.released) return undefined;
      return { pid: Number(found.record.owner.split(':')[1]), token: found.record.token };
    },
    close: connection.close,
  };
};

export type Acknowledged = { readonly key: string; readonly name: string; readonly id: string; readonly at: number };

/** A kind of command: where it is sent, and what makes the named one. */
export type Sent = { readonly path: string; readonly body: (name: string) => object };
const ORGANIZATIONS: Sent = {
  path: '/api/v1/organizations',
  body: (name) => ({ name, level: 'city', kind: 'department', divisionCode: '360100' }),
};

/** Between two tries, and between two commands of one caller. */
const AGAIN_MS = 50;
const NEXT_MS = 10;

/**
 * Callers that send one command after another, each again under its key, to one API node after the other, until it is
 * acknowledged: as a client must that has lost a connection or was answered 503.
 */
export const startLoad = (
  nodes: () => readonly Pick<Server, 'base'>[],
  token: string,
  callers: number,
  { path, body }: Sent = ORGANIZATIONS,
) => {
  const register = (node: Pick<Server, 'base'>, { key, name }: Pick<Acknowledged, 'key' | 'name'>) =>
    ask(node, 'POST', path, { token, body: body(name), headers: { 'idempotency-key': key } });
  const acknowledged: Acknowledged[] = [];
  const state: { stopped: boolean; failed?: Error } = { stopped: false };
  const send = async (caller: number, command: Pick<Acknowledged, 'key' | 'name'>): Promise<void> => {
    for (let tries = caller; ; tries += 1) {
      const all = nodes();
      const answer = await register(all[tries % all.length] ?? { base: '' }, command).catch((error: unknown) => {
        if (error instanceof TypeError) return undefined;
        throw error;
      });
      if (answer?.status === 201) {
        acknowledged.push({ ...command, id: String(answer.body['id']), at: performance.now() });
        return;
      }
      if (answer !== undefined && (answer.status !== 503 || answer.headers.get('retry-after') === null))
        throw new Error(`answered ${String(answer.status)}: ${JSON.stringify(answer.body)}`);
      await pause(AGAIN_MS);
    }
  };
  const call = async (caller: number): Promise<void> => {
    for (let n = 0; !state.stopped; n += 1) {
      await send(caller, { key: `${String(caller)}-${String(n)}`, name: `部门 ${String(caller)} ${String(n)}` });
      await pause(NEXT_MS);
    }
  };
  const running = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller))).catch((error: unknown) => {
    state.failed = error instanceof Error ? error : new Error(String(error));
  });
  const check = (): void => {
    if (state.failed !== undefined) throw state.failed;
  };
  return {
    acknowledged,
    /** Resolves once so many more were acknowledged. */
    more: async (count: number, timeoutMs = 60_000): Promise<void> => {
      const enough = acknowledged.length + count;
      await eventually(() => { check(); return acknowledged.length; }, (length) => length >= enough, timeoutMs); // prettier-ignore
    },
    /** Sends no more; resolves when all that was sent has been acknowledged. */
    stop: async (): Promise<void> => {
      state.stopped = true;
      await running;
      check();
    },
    /** Sends a command of before once more. */
    again: (command: Acknowledged) => register(nodes()[0] ?? { base: '' }, command),
  };
};

/** Waits until every projection has reached the end of the log. */
export const projected = async ({ eventStore, readStore }: Kept): Promise<void> => {
  const [log, store] = [await openEsdbEventStore({ address: eventStore }), await openMongoReadStore({ address: readStore })];
  try {
    const { position } = await log.head();
    const lagging = async (): Promise<readonly string[]> => {
      const places = await Promise.all(PROJECTIONS.map((projection) => store.checkpoint(projection)));
      return PROJECTIONS.filter((_, at) => (places[at]?.position ?? -1) < position).map(({ name }) => name);
    };
    await eventually(lagging, (names) => names.length === 0, 60_000);
  } finally {
    await Promise.all([log.close(), store.close()]);
  }
};

export type Outcome = {
  readonly events: readonly RecordedEvent[];
  readonly difference: Difference | null;
  readonly documents: number;
};

/** What a deployment whose processes have ended left: a ledger that keeps its promises, and read models against a rebuild into `file`. */
export const outcomeOf = async ({ eventStore, readStore }: Kept, file: string): Promise<Outcome> => {
  const log = await openEsdbEventStore({ address: eventStore });
  const [store, empty] = [await openMongoReadStore({ address: readStore }), openSqliteReadStore(file)];
  try {
    const events = await checkLedger(log);
    const { difference, documents } = await compareRebuild({ log, store, projections: PROJECTIONS }, empty);
    return { events, difference, documents };
  } finally {
    await Promise.all([log.close(), store.close(), empty.close()]);
  }
};
