import { setMaxListeners } from 'node:events';
import { BadEnvelope, categoryOf, type Position, type RecordedEvent } from '../../domain/envelope.ts';
import { StoreUnavailable, type EventStore, type LogHead, type ReadAllOptions } from '../../domain/event-store.ts';
import { upcast } from '../../domain/upcasts.ts';
import { leafHash, rootOf } from '../../tlog/frontier.ts';
import { budgetEnd } from '../command-budget.ts';
import { checkedAppend } from '../sqlite/event-store.ts';
import { createAppending } from './appending.ts';
import { parseAddress } from './address.ts';
import { CATEGORIES } from './categories.ts';
import { openConnection, type Native } from './connection.ts';
import { monotonic } from './deadline.ts';
import { evidenceOf, hashText } from './evidence.ts';
import { EsdbFault } from './fault.ts';
import { MARK, startFollower } from './follower.ts';
import { logIdentity } from './identity.ts';
import { tellIndexing, type Indexing } from './indexing.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { persistently } from './persistently.ts';
import { readToEnd } from './stream-reader.ts';

export type EsdbOptions = {
  readonly address: string;
  /** What a command may take in all where it brings no budget of its own: less than the 5 s that its client waits. */
  readonly budgetMs?: number;
  /** How long opening waits for the server. */
  readonly openMs?: number;
  /** Hears, now and then, how far a long ledger has been read after opening. */
  readonly onIndexing?: (indexing: Indexing) => void;
};
export type EsdbEventStore = EventStore & {
  /** The tree over everything sealed. */
  readonly root: () => Promise<{ readonly size: number; readonly root: Buffer }>;
  /** Whether this node knows what the ledger held when it was opened. */
  readonly isIndexed: () => boolean;
  /** Resolves once it does, or when the signal aborts. */
  readonly indexed: (signal: AbortSignal) => Promise<void>;
  /** What this node's index takes of memory, and how far it has come. */
  readonly index: () => { readonly bytes: number; readonly position: Position };
};

const PAGE = 500;

/**
 * The log on EventStoreDB (decision 6). An append resolves once the sequencer has given its events their position, else
 * rejects with `LedgerUnsealed`. What is not sealed yet is not read either: a read of a stream waits for it.
 * Resolves when the server has answered. Until this node has indexed the ledger, what asks for more than its head and its
 * events in their order waits for that, within its budget. Throws `BadAddress`; rejects with `StoreUnavailable`.
 */
export const openEsdbEventStore = async (options: EsdbOptions): Promise<EsdbEventStore> => {
  const { address, budgetMs = 4_500, openMs = 60_000, onIndexing: onProgress = () => undefined } = options;
  const connection = openConnection(address);
  const ledger = createLedgerReader(connection, parseAddress(address).namespace);
  const follower = startFollower(connection, ledger);
  const closing = new AbortController();
  // As many listen as appends wait to be made again: that is no leak.
  setMaxListeners(0, closing.signal);
  const appendAll = createAppending(connection, closing.signal);
  const close = async (): Promise<void> => {
    closing.abort();
    await follower.close();
    await connection.close();
  };
  const until = (): number => budgetEnd(budgetMs);
  /** A node that knows another ledger than the server has must answer nothing from it. */
  const refuseBroken = (): void => {
    const broken = follower.broken();
    if (broken !== undefined) throw new StoreUnavailable(`the ledger is broken: ${broken.message}`, { cause: broken });
  };

  const headPosition = async (end: number): Promise<Position> => {
    refuseBroken();
    return (await persistently(end, (timeoutMs) => ledger.last(timeoutMs)))?.position ?? -1;
  };

  /** Waits until this node knows what the ledger held when it was asked. */
  const current = async (end: number): Promise<Position> => {
    const position = await headPosition(end);
    const reached = await follower.reached(position, end);
    refuseBroken();
    if (!reached) throw new StoreUnavailable(`this node has not reached ${String(position)}`);
    return position;
  };

  const opened = async (): Promise<LogHead> => {
    const end = monotonic() + openMs;
    const { logId: id } = await persistently(end, (timeoutMs) => logIdentity(connection, timeoutMs));
    return { logId: id, position: await headPosition(end) };
  };
  const { logId, position: headAtOpening } = await opened().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  void tellIndexing(follower, headAtOpening, onProgress, closing.signal);
  const isIndexed = (): boolean => follower.position() >= headAtOpening;
  /** Before that nobody can tell here what was seen before. */
  const knowing = async (end: number): Promise<void> => {
    if (await follower.reached(headAtOpening, end)) return;
    throw new StoreUnavailable(`this node has read the ledger up to ${String(follower.position())} of ${String(headAtOpening)}`);
  };

  const append: EventStore['append'] = async (stream, events, expected) => {
    const { expected: before, events: checked } = checkedAppend(stream, events, expected);
    if (!CATEGORIES.includes(categoryOf(stream))) throw new BadEnvelope(`${stream} is of no category that is sealed`);
    if (closing.signal.aborted) throw new StoreUnavailable('the log is closed');
    refuseBroken();
    const last = checked[checked.length - 1];
    if (last === undefined) throw new BadEnvelope('an append holds events');
    const end = until();
    await knowing(end);
    const lay = follower.positionOf(last.id) !== undefined;
    const expectation = follower.expect(last.id);
    try {
      await appendAll(stream, events, before, end);
      const { position, leaf } = await expectation.sealed(end);
      // Other bytes under the same ids are those of another request under the same key, which came first.
      const ours = leaf === undefined || leaf === hashText(leafHash(Buffer.from(last.text, 'utf8')));
      return { revision: before + checked.length, position, repeated: lay || !ours };
    } finally {
      expectation.forget();
    }
  };

  /** An event of a stream with its position: one that has none yet is waited for. */
  const positioned = async (event: Native, end: number): Promise<RecordedEvent> => {
    const { envelope } = evidenceOf(event);
    const { position } = await follower.expect(event.id).sealed(end);
    return upcast({ ...envelope, position });
  };

  async function* readStream(stream: string, { fromRevision = 0, limit = Infinity } = {}): AsyncGenerator<RecordedEvent> {
    refuseBroken();
    await knowing(until());
    let [end, left] = [0, limit];
    const pages = readToEnd(connection, stream, fromRevision, (read) => {
      end = until();
      return persistently(end, read);
    });
    for await (const page of pages)
      for (const event of page) {
        if (left <= 0) return;
        left -= 1;
        yield await positioned(event, end);
      }
  }

  const streamSince = async (stream: string, revision: number): Promise<readonly RecordedEvent[]> => {
    const all: RecordedEvent[] = [];
    for await (const event of readStream(stream, { fromRevision: revision + 1 })) all.push(event);
    return all;
  };

  /** The events of some positions that are known to be there: a page that is short is asked for again. */
  const events = (from: Position, limit: number): Promise<readonly RecordedEvent[]> =>
    persistently(until(), async (timeoutMs) => {
      const found = await ledger.events(from, limit, timeoutMs);
      if (found.length === 0) throw new EsdbFault('unknown', `the ledger gave nothing at ${String(from)}`);
      return found;
    });

  async function* readAll({ after, to = Infinity, types, follow, signal }: ReadAllOptions): AsyncGenerator<RecordedEvent> {
    const stop = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
    const ended = (): boolean => stop.aborted;
    let position = after ?? -1;
    while (position < to && !ended()) {
      const end = Math.min(to, follow === true ? follower.position() : await headPosition(until()));
      while (position < end && !ended()) {
        const found = await events(position + 1, Math.min(PAGE, end - position));
        for (const event of found) {
          if (ended()) return;
          ({ position } = event);
          if (types === undefined || types.includes(event.type)) yield event;
        }
      }
      if (follow !== true) return;
      if (position < to) await follower.reached(position + 1, Infinity, stop);
    }
  }

  const eventById = async (id: string): Promise<RecordedEvent | undefined> => {
    if (follower.positionOf(id) === undefined) await current(until());
    const position = follower.positionOf(id);
    return position === undefined ? undefined : (await events(position, 1))[0];
  };

  /** The mark before the instant tells where to read; what is there ends the search. */
  const positionAt = async (instant: string): Promise<Position> => {
    await current(until());
    const mark = follower.markBefore(instant);
    if (mark < 0) return -1;
    const links = await persistently(until(), (timeoutMs) => ledger.links(mark, MARK, timeoutMs));
    return mark + links.findLastIndex(({ at }) => at <= instant);
  };

  const clockAt = async (position: Position): Promise<string | undefined> => {
    const end = until();
    const at = Math.min(position, await headPosition(end));
    if (at < 0) return undefined;
    const [link] = await persistently(end, (timeoutMs) => ledger.links(at, 1, timeoutMs));
    return link?.at;
  };

  return {
    append,
    readStream,
    streamSince,
    readAll,
    eventById,
    positionAt,
    clockAt,
    head: async (): Promise<LogHead> => ({ logId, position: await headPosition(until()) }),
    root: async () => {
      const end = until();
      const size = (await headPosition(end)) + 1;
      return { size, root: rootOf(await persistently(end, (timeoutMs) => ledger.frontier(size, timeoutMs))) };
    },
    isIndexed,
    indexed: async (signal) => {
      await follower.reached(headAtOpening, Infinity, signal);
    },
    index: () => ({ bytes: follower.bytes(), position: follower.position() }),
    close,
  };
};
