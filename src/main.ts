import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildApp } from './app.ts';
import { accountFold } from './domain/account-state.ts';
import type { AccountActor } from './domain/actor.ts';
import type { Clock } from './domain/command-port.ts';
import type { AccountId } from './domain/ids.ts';
import { login } from './domain/login.ts';
import { delegatingChief, resolveActor } from './domain/mandate.ts';
import { organizationFold } from './domain/organization-state.ts';
import type { HttpDeps } from './http/deps.ts';
import { createCommandHandler } from './infra/command-handler.ts';
import type { Config } from './infra/config.ts';
import { openContentStore } from './infra/content-store.ts';
import { createCsvTables } from './infra/csv-table.ts';
import { takeDirectory } from './infra/data-directory.ts';
import { createDueInstants } from './infra/due-instants.ts';
import { claimId, commandId, eventId, loginHash, reactionId, requestHash, thingId } from './infra/identifiers.ts';
import { createNonces } from './infra/nonces.ts';
import { hashPassword, STRONG, type PasswordCost } from './infra/passwords.ts';
import { startProjector, type ProjectorThread } from './infra/projector-thread.ts';
import { createReactor, type Reactor } from './infra/reactor.ts';
import { createReactorLoop } from './infra/reactor-loop.ts';
import { createSealer } from './infra/sealing.ts';
import { createSetReader } from './infra/set-reader.ts';
import { createSignIn } from './infra/sign-in.ts';
import { openSqliteEventStore, type SqliteEventStore } from './infra/sqlite-event-store.ts';
import { openSqliteReadStore } from './infra/sqlite-read-store.ts';
import { emptyWal } from './infra/sqlite.ts';
import { createTokens, type Tokens } from './infra/tokens.ts';
import { openVault } from './infra/vault.ts';

export type ServiceOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly banner?: string;
  /** Weaker for a demonstration's invented people; strong otherwise. */
  readonly passwordCost?: PasswordCost;
  /** `OFF` only in the test that proves that nothing is answered before its sync. */
  readonly synchronous?: 'FULL' | 'OFF';
  /** Random bytes; injected where a run must be the same twice. */
  readonly random?: (size: number) => Buffer;
};

export type Service = {
  readonly app: FastifyInstance;
  readonly deps: HttpDeps;
  readonly store: SqliteEventStore;
  readonly tokens: Tokens;
  readonly projector: ProjectorThread;
  readonly reactor: Reactor;
  /** Runs what is due at the clock's present instant. */
  readonly runDue: () => Promise<void>;
  /** Resolves when every view has reached the end of the log. */
  readonly settled: () => Promise<void>;
  /** Runs due instants and the reactor's net until closed. */
  readonly watch: () => void;
  readonly close: () => Promise<void>;
};

/** Puts adapters, application and loops together on one data directory (design.md, the house). Throws `DirectoryTaken`. */
export const openService = async (config: Config, options: ServiceOptions): Promise<Service> => {
  const directory = takeDirectory(config.dataDirectory);
  const { clock, logger, random = randomBytes } = options;
  const vault = openVault(config.vault);
  const log = openSqliteEventStore({ path: config.eventStore, synchronous: options.synchronous ?? 'FULL' });
  const projector = await startProjector({ log: config.eventStore, readModels: config.readStore }).catch(async (error: unknown) => {
    await log.close();
    directory.release();
    throw error;
  });
  const readStore = openSqliteReadStore(config.readStore);
  const store: SqliteEventStore = {
    ...log,
    append: async (stream, events, expected) => {
      const appended = await log.append(stream, events, expected);
      projector.wake();
      return appended;
    },
  };
  const readSet = createSetReader({ readStore, clock, waitFor: projector.waitFor });
  const sealer = createSealer({ vault, randomBytes: random });
  const { handle, folds } = createCommandHandler({
    store,
    clock,
    readSet,
    sealPersonal: (data) => Promise.resolve(sealer.sealPersonal(data)),
    eventId,
    claimId,
    nonce: createNonces(random),
  });
  const hashRequest = (body: unknown): string => requestHash(vault.serviceKey('request-hash'), body);
  const refusedReactions = new Set<string>();
  const reactor = createReactor({
    handle,
    folds,
    store,
    readSet,
    reactionId,
    thingId,
    requestHash: hashRequest,
    onRefused: (reaction, cause, code) => {
      refusedReactions.add(`${reaction} after ${cause}: ${code}`);
      logger.warn({ reaction, cause, code }, 'a reaction was refused');
    },
  });
  const actorOf = async (account: AccountId): Promise<AccountActor | null> => {
    const person = await folds.load(accountFold, account);
    if (!('kind' in person.state)) return null;
    const home = await folds.load(organizationFold, person.state.organization);
    const chief = delegatingChief(person.state, home.state);
    const chiefState = chief === null ? null : (await folds.load(accountFold, chief)).state;
    return resolveActor(person.state, home.state, chiefState, account, clock.now());
  };
  const tokens = createTokens(vault);
  const cost = options.passwordCost ?? STRONG;
  const hashLogin = (name: string): string => loginHash(vault.serviceKey('names'), name);
  const signIn = createSignIn({
    vault,
    tokens,
    cost,
    loginHash: hashLogin,
    accountOf: async (hash) => (await folds.load(login, hash)).state.holder,
    mayAct: async (account) => (await actorOf(account)) !== null,
  });
  const contents = openContentStore(config.vault);
  const deps: HttpDeps = {
    execute: reactor.execute,
    store,
    readStore,
    waitFor: projector.waitFor,
    projections: () => projector.status().map((status) => ({ ...status, stopped: status.stopped ?? null })),
    clock,
    actorOf,
    tokens,
    verifyToken: tokens.verify,
    signIn,
    contents,
    tables: createCsvTables(contents),
    setPassword: async (account, password) => {
      await vault.setCredential(account, await hashPassword(password, cost));
    },
    ids: { command: commandId, fresh: randomUUID, thing: thingId, login: hashLogin },
    requestHash: hashRequest,
    cursorMac: (text) => createHmac('sha256', vault.serviceKey('cursor')).update(text).digest('base64url'),
    openPersonal: (sealed) => Promise.resolve(sealer.open(sealed)),
    warnings: () => [...refusedReactions],
    banner: options.banner ?? null,
  };
  const app = await buildApp(deps, { logger });
  const dueInstants = createDueInstants({ readStore, clock, reactor, waitFor: projector.waitFor, store });
  const loop = createReactorLoop({ store, reactor, path: `${config.dataDirectory}/reactor.json`, logger });
  await loop.catchUp();
  const settled = async (): Promise<void> => {
    const { position } = await store.head();
    for (const { name } of projector.status())
      if (!(await projector.waitFor(name, position, 600_000))) throw new Error(`${name} did not reach ${String(position)}`);
  };
  return {
    app,
    deps,
    store,
    tokens,
    projector,
    reactor,
    runDue: dueInstants.run,
    settled,
    watch: () => {
      loop.watch();
      dueInstants.watch((error) => {
        logger.error({ err: error }, 'a due instant met an error and will be tried again');
      });
    },
    close: async () => {
      await app.close();
      dueInstants.stop();
      await loop.close();
      await projector.close();
      await readStore.close();
      await store.close();
      for (const path of [config.eventStore, config.readStore]) emptyWal(path);
      directory.release();
    },
  };
};
