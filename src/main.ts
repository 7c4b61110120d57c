import { createHmac } from 'node:crypto';
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
import { chance, type Chance } from './infra/chance.ts';
import { withBudget } from './infra/command-budget.ts';
import { createCommandHandler } from './infra/command-handler.ts';
import { isServer, type Config } from './infra/config.ts';
import { createCsvTables } from './infra/csv-table.ts';
import { createDueInstants } from './infra/due-instants.ts';
import { claimId, commandId, eventId, loginHash, reactionId, requestHash, thingId } from './infra/identifiers.ts';
import { createNonces } from './infra/nonces.ts';
import type { OnWaiting } from './infra/opening.ts';
import { hashPassword, STRONG, type PasswordCost } from './infra/passwords.ts';
import { createReactor, type Reactor } from './infra/reactor.ts';
import { createReactorLoop } from './infra/reactor-loop.ts';
import { repeatByLease } from './infra/repeat-by-lease.ts';
import { createSealer } from './infra/vault/sealing.ts';
import { createSetReader } from './infra/set-reader.ts';
import { createSignIn } from './infra/sign-in.ts';
import { answeringInTime } from './in-time.ts';
import { openStores, type Log, type Stores } from './infra/stores.ts';
import { createTokens, type Tokens } from './infra/tokens.ts';
import { createUntilDone } from './infra/until-done.ts';

export type ServiceOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly banner?: string;
  /** Weaker for a demonstration's invented people; strong otherwise. */
  readonly passwordCost?: PasswordCost;
  /** `OFF` only in the test that proves that nothing is answered before its sync. */
  readonly synchronous?: 'FULL' | 'OFF';
  /** Hears of a store that has not opened after some seconds, in the log's stead. */
  readonly onWaiting?: OnWaiting;
  /** Random bytes and ids; injected where a run must be the same twice. */
  readonly random?: (size: number) => Buffer;
  readonly uuid?: () => string;
};

export type Service = {
  readonly app: FastifyInstance;
  readonly deps: HttpDeps;
  readonly store: Log;
  readonly tokens: Tokens;
  readonly reactor: Reactor;
  /** Runs what is due at the clock's present instant; nothing on an API node. */
  readonly runDue: () => Promise<void>;
  /** Resolves when what the start owes is done and every view has reached the end of the log. */
  readonly settled: () => Promise<void>;
  /** Runs instants that were missed, then, in turns with other workers, due ones and the reactor's net, until closed. */
  readonly watch: () => void;
  readonly close: () => Promise<void>;
};

/** Files answer at once and need no budget; one would make every promise of the process dearer (AsyncLocalStorage). */
const hasServers = ({ eventStore, readStore, vault }: Config): boolean => [eventStore, readStore, vault].some(isServer);

/** How long `/readyz` waits for the log. Milliseconds. */
const PROBE = 2_000;

/**
 * Puts adapters, application and loops together (design.md, the house). Throws `DirectoryTaken` where the configuration
 * names files that another process has.
 */
export const openService = async (config: Config, options: ServiceOptions): Promise<Service> => {
  const { logger } = options;
  const draw: Chance = { bytes: options.random ?? chance.bytes, id: options.uuid ?? chance.id };
  const stores = await openStores(config, {
    draw,
    synchronous: options.synchronous ?? 'FULL',
    onError: (error, worker) => {
      logger.warn({ err: error, worker }, 'a worker was interrupted and goes on by itself');
    },
    onWaiting: options.onWaiting ?? ((waiting) => { logger.warn(waiting, 'still waiting for a store'); }), // prettier-ignore
    onNarrowed: (narrowed) => {
      logger.warn(narrowed, 'the data directory was open to others; its mode is 0700 now');
    },
    onIndexing: (progress) => {
      logger.info(progress, 'the ledger is being read');
    },
  });
  try {
    return await assemble(config, options, draw, stores);
  } catch (error) {
    await stores.close();
    throw error;
  }
};

const assemble = async (config: Config, options: ServiceOptions, draw: Chance, stores: Stores): Promise<Service> => {
  const { clock, logger } = options;
  const { log: store, readStore, vault, contents, projections } = stores;
  const readSet = createSetReader({ readStore, clock, waitFor: projections.waitFor });
  const sealer = createSealer({ vault, randomBytes: draw.bytes });
  const { handle, folds } = createCommandHandler({
    store,
    clock,
    readSet,
    sealPersonal: sealer.sealPersonal,
    eventId,
    claimId,
    nonce: createNonces(draw.bytes),
  });
  const toldOf = (message: string) => (error: unknown) => { logger.error({ err: error }, message); }; // prettier-ignore
  const owed = createUntilDone(toldOf('what is owed at the start met an error; it will be tried again'));
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
  const deps: HttpDeps = {
    execute: reactor.execute,
    store,
    readStore,
    waitFor: projections.waitFor,
    projections: () => projections.status().map((status) => ({ ...status, stopped: status.stopped ?? null })),
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
    ids: { command: commandId, fresh: draw.id, thing: thingId, login: hashLogin },
    requestHash: hashRequest,
    cursorMac: (text) => createHmac('sha256', vault.serviceKey('cursor')).update(text).digest('base64url'),
    openPersonal: sealer.open,
    ledger: () =>
      (hasServers(config) ? withBudget(PROBE, () => store.head()) : store.head()).then(
        ({ position }) => ({ reachable: true, position }),
        (error: unknown) => ({ reachable: false, error: error instanceof Error ? error.message : 'unknown' }),
      ),
    isStarting: () => !stores.isIndexed(),
    missing: async () => [...(await stores.missing()), ...(owed.isBehind() ? ['reactor'] : [])],
    warnings: () => [...refusedReactions],
    banner: options.banner ?? null,
  };
  const app = await buildApp(hasServers(config) ? answeringInTime(deps) : deps, {
    logger,
    requestId: draw.id,
    trustedProxies: config.trustedProxies,
    isWorker: config.role === 'worker',
  });
  const dueInstants = createDueInstants({ readStore, clock, reactor, waitFor: projections.waitFor, store });
  const loop = createReactorLoop({ store, reactor, bookmark: stores.bookmark('reactor') });
  /** Begins what the reactor owes, once it can ask what was seen before. */
  const begin = (work: (signal: AbortSignal) => Promise<void>): Promise<void> =>
    owed.begin(async (signal) => {
      await stores.indexed(signal);
      if (!signal.aborted) await work(signal);
    });
  // An API node runs the reactions to its own commands; the net beneath them is the workers'.
  const hasWork = config.role !== 'api';
  const caughtUp = hasWork ? begin(loop.catchUp) : Promise.resolve();
  let repeating: { readonly close: () => Promise<void> } | undefined;
  const settled = async (): Promise<void> => {
    await owed.done();
    const { position } = await store.head();
    for (const { name } of projections.status())
      if (!(await projections.waitFor(name, position, 600_000))) throw new Error(`${name} did not reach ${String(position)}`);
  };
  return {
    app,
    deps,
    store,
    tokens,
    reactor,
    runDue: () => (hasWork ? dueInstants.run() : Promise.resolve()),
    settled,
    watch: () => {
      if (!hasWork || repeating !== undefined) return;
      const ranDue = begin(dueInstants.run);
      repeating = repeatByLease(stores.leases, 'reactor', [
        { everyMs: 5_000, work: (signal) => caughtUp.then(() => loop.catchUp(signal)), onError: toldOf('the reactor loop met an error and will try again') }, // prettier-ignore
        { everyMs: 1_000, work: (signal) => ranDue.then(() => dueInstants.run(signal)), onError: toldOf('a due instant met an error and will be tried again') }, // prettier-ignore
      ]);
    },
    close: async () => {
      await app.close();
      await Promise.all([owed.close(), repeating?.close()]);
      await stores.close();
    },
  };
};
