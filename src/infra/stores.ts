import type { EventStore } from '../domain/event-store.ts';
import { PROJECTIONS } from '../projections/index.ts';
import type { ReadStore } from '../projections/read-store.ts';
import { fileBookmark, type Bookmark } from './bookmark.ts';
import type { Chance } from './chance.ts';
import { watchCheckpoints } from './projector/checkpoint-watch.ts';
import { inTime } from './command-budget.ts';
import { isServer, type Config } from './config.ts';
import { openContentStore, type ContentStore } from './vault/content-store.ts';
import { takeDirectory, type Narrowed } from './data-directory.ts';
import type { EsdbWorker } from './esdb/worker.ts';
import { ALONE, type Leases } from './lease.ts';
import { opening, type OnWaiting } from './opening.ts';
import { naming } from './path-fault.ts';
import type { ProjectionProgress } from './projector/projection-progress.ts';
import { startProjectorByLease } from './projector/projector-by-lease.ts';
import { startProjector } from './projector/projector-thread.ts';
import { checkAddresses } from './server-addresses.ts';
import { openSqliteEventStore } from './sqlite/event-store.ts';
import { emptyViewWals, openSqliteReadStore } from './sqlite/read-store.ts';
import { emptyWal } from './sqlite/database.ts';
import { openVault, type Vault } from './vault/vault.ts';

type Root = { readonly size: number; readonly root: Buffer };
/** The log, with the tree over it. */
export type Log = EventStore & { readonly root: () => Root | Promise<Root> };

export type StoresOptions = {
  readonly draw: Chance;
  /** `OFF` only in the test that proves that nothing is answered before its sync. */
  readonly synchronous: 'FULL' | 'OFF';
  /** Hears what interrupted a worker that goes on by itself. */
  readonly onError: (error: unknown, worker: string) => void;
  /** Hears of a store that has not opened after some seconds. */
  readonly onWaiting?: OnWaiting;
  /** Hears of a data directory that was open to others. */
  readonly onNarrowed?: (narrowed: Narrowed) => void;
  /** Hears, now and then, how far a long log has been read after the start. */
  readonly onIndexing?: (indexing: { readonly position: number; readonly head: number }) => void;
};

/** Everything that is kept, and the workers of this process that keep it going. */
export type Stores = {
  readonly log: Log;
  readonly readStore: ReadStore;
  readonly vault: Vault;
  readonly contents: ContentStore;
  readonly projections: Pick<ProjectionProgress, 'status' | 'waitFor'>;
  /** Turns with other processes on the same log. */
  readonly leases: Leases;
  readonly bookmark: (name: string) => Bookmark;
  /** Whether this process has read the log so far that it can tell what was seen before: on files, at once. */
  readonly isIndexed: () => boolean;
  /** Resolves once it has, or when the signal aborts. */
  readonly indexed: (signal: AbortSignal) => Promise<void>;
  /** What of all this does not answer now, besides the log; empty when all is well. */
  readonly missing: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
};

/** What has been opened so far, to be closed in the opposite order. */
const closing = () => {
  const closers: (() => Promise<void> | void)[] = [];
  return {
    opened: <T extends { readonly close: () => Promise<void> }>(one: T): T => {
      closers.push(one.close);
      return one;
    },
    then: (close: () => Promise<void> | void): void => {
      closers.push(close);
    },
    close: async (): Promise<void> => {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
};
type Closing = ReturnType<typeof closing>;

/** Opens a read store. The drivers of servers are loaded only where the configuration names one. */
export const openReadStore = async ({ readStore }: Pick<Config, 'readStore'>): Promise<ReadStore> =>
  isServer(readStore)
    ? (await import('./mongo/read-store.ts')).openMongoReadStore({ address: readStore })
    : openSqliteReadStore(readStore);

/** How long `/readyz` waits for the vault. Milliseconds. */
const PROBE = { budget: 2_000, answers: 2_000 };

const openKept = async ({ vault: place }: Config, { draw }: StoresOptions, all: Closing) => {
  if (!isServer(place))
    return { vault: openVault(place, draw), contents: openContentStore(place), vaultAnswers: () => Promise.resolve(true) };
  const [{ openMongoVault }, { openMongoContentStore }] = await Promise.all([import('./mongo/vault.ts'), import('./mongo/content-store.ts')]); // prettier-ignore
  const vault = all.opened(await openMongoVault({ address: place, draw }));
  const contents = all.opened(await openMongoContentStore({ address: place }));
  return { vault, contents, vaultAnswers: () => inTime(() => vault.credential('readiness'), PROBE).then(() => true, () => false) }; // prettier-ignore
};

type OpenedLog = Pick<Stores, 'log' | 'leases' | 'bookmark' | 'isIndexed' | 'indexed'> & { readonly sealed: () => boolean };

const openEsdbLog = async (
  { eventStore: address, role }: Config,
  { onError, onIndexing }: StoresOptions,
  all: Closing,
): Promise<OpenedLog> => {
  const [{ openEsdbEventStore }, { startEsdbWorker }, { watchSequencer }] = await Promise.all([import('./esdb/event-store.ts'), import('./esdb/worker.ts'), import('./esdb/sequencer-watch.ts')]); // prettier-ignore
  const watch = all.opened(watchSequencer(address));
  let said: string | null = null;
  const worker: EsdbWorker | null =
    role === 'api'
      ? null
      : all.opened(startEsdbWorker({ address, onStatus: ({ error }) => { if (error !== said && error !== null) onError(error, 'sequencer'); said = error; } })); // prettier-ignore
  const log = all.opened(await openEsdbEventStore({ address, ...(onIndexing === undefined ? {} : { onIndexing }) }));
  const nobody: Bookmark = { load: () => Promise.resolve(null), save: () => Promise.resolve() };
  const { isIndexed, indexed } = log;
  return { log, isIndexed, indexed, leases: worker?.leases ?? ALONE, bookmark: worker?.bookmark ?? (() => nobody), sealed: watch.alive }; // prettier-ignore
};

const openLog = async (config: Config, options: StoresOptions, all: Closing): Promise<OpenedLog> => {
  if (isServer(config.eventStore)) return openEsdbLog(config, options, all);
  const log = all.opened(openSqliteEventStore({ path: config.eventStore, synchronous: options.synchronous }));
  const bookmark = (name: string): Bookmark => fileBookmark(`${config.dataDirectory}/${name}.json`);
  return { log, leases: ALONE, bookmark, isIndexed: () => true, indexed: () => Promise.resolve(), sealed: () => true };
};

/** Tells whoever projects in this process that something was appended. */
const waking = (log: Log, wake: () => void): Log => ({
  ...log,
  append: async (stream, events, expected) => {
    const appended = await log.append(stream, events, expected);
    wake();
    return appended;
  },
});

/** A turn that another process has had for so long will not be given up for our start. Longer than any lease. Milliseconds. */
const OTHERS = 5_000;

type Projecting = Pick<Stores, 'log' | 'readStore' | 'projections'> & { readonly viewsAnswer: () => boolean };

const openEmbeddedViews = async (config: Config, log: Log, all: Closing): Promise<Projecting> => {
  const readStore = all.opened(openSqliteReadStore(config.readStore));
  const thread = all.opened(await startProjector({ log: config.eventStore, readModels: config.readStore }));
  return { log: waking(log, thread.wake), readStore, projections: thread, viewsAnswer: () => true };
};

const openViews = async (
  config: Config,
  { onError }: StoresOptions,
  { log, leases }: OpenedLog,
  all: Closing,
): Promise<Projecting> => {
  const readStore = all.opened(await openReadStore(config));
  const watch = all.opened(watchCheckpoints({ readStore, log, projections: PROJECTIONS }));
  const viewing = { readStore, viewsAnswer: watch.answers };
  if (config.role === 'api') return { ...viewing, log, projections: watch };
  const store = all.opened(await openReadStore(config));
  const projector = all.opened(
    startProjectorByLease({ log, store, projections: PROJECTIONS, leases, onProgress: watch.report, onError: (error) => { onError(error, 'projector'); } }), // prettier-ignore
  );
  await projector.opened(OTHERS);
  const waitFor: ProjectionProgress['waitFor'] = (...given) => {
    projector.wake();
    return watch.waitFor(...given);
  };
  return { ...viewing, log: waking(log, projector.wake), projections: { status: watch.status, waitFor } };
};

/**
 * Opens what the configuration names. Files are this process's alone (`DirectoryTaken`); on servers, workers share the work
 * by lease. What was opened before an error is closed again. Rejects with `BadConfig` for an address that its driver does not take,
 * with `PathFault` for files that cannot be used.
 */
export const openStores = async (config: Config, options: StoresOptions): Promise<Stores> => {
  await checkAddresses(config);
  const all = closing();
  let whole = false;
  try {
    const [logInFile, viewsInFiles] = [!isServer(config.eventStore), !isServer(config.readStore)];
    if (logInFile || viewsInFiles || !isServer(config.vault)) {
      const directory = naming('DATA_DIR', config.dataDirectory, () => takeDirectory(config.dataDirectory, options.onNarrowed));
      all.then(directory.release);
      all.then(() => {
        if (whole && logInFile) emptyWal(config.eventStore);
        if (whole && viewsInFiles) emptyViewWals(config.readStore, PROJECTIONS.map(({ name }) => name)); // prettier-ignore
      });
    }
    const { onWaiting = () => undefined } = options;
    const { vaultAnswers, ...kept } = await opening('VAULT', config.vault, onWaiting, () => openKept(config, options, all));
    const opened = await opening('EVENT_STORE', config.eventStore, onWaiting, () => openLog(config, options, all));
    const { isIndexed, indexed, leases, bookmark } = opened;
    const { viewsAnswer, ...views } = await opening('READ_STORE', config.readStore, onWaiting, () =>
      logInFile && viewsInFiles ? openEmbeddedViews(config, opened.log, all) : openViews(config, options, opened, all),
    );
    whole = true;
    const missing = async (): Promise<readonly string[]> => [
      ...(isIndexed() ? [] : ['index']),
      ...(opened.sealed() ? [] : ['sequencer']),
      ...(viewsAnswer() ? [] : ['read-models']),
      ...((await vaultAnswers()) ? [] : ['vault']),
    ];
    return { ...kept, ...views, leases, bookmark, isIndexed, indexed, missing, close: all.close };
  } catch (error) {
    await all.close();
    throw error;
  }
};
