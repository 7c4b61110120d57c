import {
  BACKWARDS,
  binaryEvent,
  END,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  START,
  streamNameFilter,
  type AllStreamResolvedEvent,
  type EventData,
  type RecordedEvent as ClientEvent,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { parseAddress } from './address.ts';
import { appendClientOf, type AppendClient } from './append-client.ts';
import { within } from './deadline.ts';
import { EsdbFault, faultOf } from './fault.ts';
import { streamed } from './streaming.ts';

/** Where the server keeps an event, as decimals: larger than a number holds, and a bigint is not JSON. */
export type NativePosition = { readonly commit: string; readonly prepare: string };

/** An event as the server gives it, with the name that its stream has for us. */
export type Native = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  /** Absent where the server does not know it. */
  readonly position?: NativePosition;
};
/** An event; or a link, and the event that it leads to where that was asked for and found. */
export type Read = { readonly event?: Native; readonly link?: Native };
export type AllItem = { readonly event: Native } | { readonly checkpoint: NativePosition };

/** What is appended: JSON, or a link by `revision@stream`. */
export type Draft =
  | { readonly id: string; readonly type: string; readonly json: Readonly<Record<string, unknown>> }
  | { readonly id: string; readonly link: { readonly stream: string; readonly revision: number }; readonly metadata: Readonly<Record<string, string>> }; // prettier-ignore

export type ReadOptions = {
  readonly from: number | 'end';
  readonly limit: number;
  readonly backwards?: boolean;
  readonly resolve?: boolean;
  readonly timeoutMs: number;
};
export type AllOptions = {
  /** Exclusive; null is the beginning. */
  readonly after: NativePosition | null;
  readonly prefixes: readonly string[];
  readonly silenceMs: number;
  readonly signal: AbortSignal;
};

/**
 * The server without the client's types, traps and hangs. Every method rejects with `EsdbFault` and nothing else, and
 * nothing waits longer than it was told to.
 */
export type Connection = {
  /** Appends after revision `expected` (-1: to no stream) and gives the new last revision. */
  readonly append: (stream: string, drafts: readonly Draft[], expected: number, timeoutMs: number) => Promise<number>;
  /** One page, in order; empty where there is no such stream. Can be short without being the end of the stream. */
  readonly read: (stream: string, options: ReadOptions) => Promise<readonly Read[]>;
  /** A stream's events after a revision (-1: all), as they come. Ends or throws where the server breaks off. */
  readonly subscribe: (stream: string, after: number, signal: AbortSignal) => AsyncGenerator<Read>;
  /** The events of all streams with these prefixes, with the server's checkpoints in their order between them. */
  readonly subscribeAll: (options: AllOptions) => AsyncGenerator<AllItem>;
  /** Keeps only the last events of a stream. */
  readonly keepLast: (stream: string, count: number, timeoutMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** 2^64 - 1: the server does not know where the event lies. */
const UNKNOWN_POSITION = 18_446_744_073_709_551_615n;
const CONFIRM_MS = 2_000;
const CLOSE_MS = 1_000;

const positionOf = (position: { commit: bigint; prepare: bigint } | undefined): NativePosition | undefined =>
  position === undefined || position.commit === UNKNOWN_POSITION || position.prepare === UNKNOWN_POSITION
    ? undefined
    : { commit: position.commit.toString(), prepare: position.prepare.toString() };

/** Links name whole streams of the server, with the namespace. */
const eventOf = (draft: Draft, prefix: string): EventData =>
  'json' in draft
    ? jsonEvent({ id: draft.id, type: draft.type, data: draft.json })
    : binaryEvent({
        id: draft.id,
        type: '$>',
        data: Buffer.from(`${String(draft.link.revision)}@${prefix}${draft.link.stream}`, 'ascii'),
        metadata: draft.metadata,
      });

/** Opens a connection; nothing is sent yet. Throws `BadAddress`. */
export const openConnection = (address: string): Connection => {
  const { url, namespace } = parseAddress(address);
  const prefix = namespace === '' ? '' : `${namespace}.`;
  const reader = EventStoreDBClient.connectionString(url);
  let appender: AppendClient | undefined;

  const nativeOf = (event: ClientEvent): Native => {
    const position = positionOf(event.position);
    return {
      id: event.id,
      stream: event.streamId.startsWith(prefix) ? event.streamId.slice(prefix.length) : event.streamId,
      revision: Number(event.revision),
      type: event.type,
      data: event.data,
      metadata: event.metadata,
      ...(position === undefined ? {} : { position }),
    };
  };
  const readOf = ({ event, link }: ResolvedEvent | AllStreamResolvedEvent): Read => ({
    ...(event === undefined ? {} : { event: nativeOf(event) }),
    ...(link === undefined ? {} : { link: nativeOf(link) }),
  });

  /** To a stream by its name on the server. */
  const appendTo = async (name: string, drafts: readonly Draft[], expected: number, timeoutMs: number): Promise<number> => {
    appender ??= appendClientOf(url);
    const events = drafts.map((draft) => eventOf(draft, prefix));
    // requiresLeader is that of the call that opened the stream of batches: it must be the same for all.
    const options = {
      expectedRevision: expected < 0 ? (NO_STREAM as typeof NO_STREAM) : BigInt(expected),
      requiresLeader: true,
      deadline: timeoutMs,
    };
    try {
      const appended = appender.run((client) => client.appendToStream(name, events, options));
      const { nextExpectedRevision } = await within(timeoutMs, `append to ${name}`, appended);
      return Number(nextExpectedRevision);
    } catch (error) {
      throw faultOf(error);
    }
  };

  const readPage = async (stream: string, options: ReadOptions): Promise<readonly Read[]> => {
    const { from, limit, backwards = false, resolve = false, timeoutMs } = options;
    if (limit <= 0) return [];
    const stopping = new AbortController();
    const reading = reader.readStream(`${prefix}${stream}`, {
      fromRevision: from === 'end' ? END : from === 0 && !backwards ? START : BigInt(from),
      direction: backwards ? BACKWARDS : FORWARDS,
      maxCount: limit,
      resolveLinkTos: resolve,
      requiresLeader: true,
    });
    const collect = async (): Promise<readonly Read[]> => {
      const found: Read[] = [];
      const items = streamed<ResolvedEvent>(reading, { what: `read of ${stream}`, cancel: () => reading.cancel(), signal: stopping.signal }); // prettier-ignore
      for await (const item of items) found.push(readOf(item));
      return found;
    };
    try {
      return await within(timeoutMs, `read of ${stream}`, collect());
    } finally {
      stopping.abort();
    }
  };

  const subscribe: Connection['subscribe'] = async function* (stream, after, signal) {
    const subscription = reader.subscribeToStream(`${prefix}${stream}`, {
      fromRevision: after < 0 ? START : BigInt(after),
      requiresLeader: true,
    });
    const confirmed = confirm(subscription, `subscription to ${stream}`);
    try {
      const items = streamed<ResolvedEvent>(subscription, { what: `subscription to ${stream}`, cancel: () => subscription.unsubscribe(), signal }); // prettier-ignore
      for await (const item of items) yield readOf(item);
    } catch (error) {
      throw faultOf(error);
    } finally {
      confirmed();
    }
  };

  const subscribeAll: Connection['subscribeAll'] = async function* ({ after, prefixes, silenceMs, signal }) {
    const subscription = reader.subscribeToAll({
      fromPosition: after === null ? START : { commit: BigInt(after.commit), prepare: BigInt(after.prepare) },
      requiresLeader: true,
      filter: streamNameFilter({
        prefixes: prefixes.map((name) => `${prefix}${name}`),
        // The call-back comes before the events ahead of it were handled, and one that throws stops the subscription for
        // good: it does nothing but put a mark where the checkpoint belongs.
        checkpointReached: (to, position) => {
          to.push({ checkpoint: { commit: position.commit.toString(), prepare: position.prepare.toString() } });
        },
      }),
    });
    const confirmed = confirm(subscription, 'subscription to $all');
    try {
      const items = streamed<AllStreamResolvedEvent | { checkpoint: NativePosition }>(subscription, {
        what: 'subscription to $all',
        cancel: () => subscription.unsubscribe(),
        silenceMs,
        signal,
      });
      for await (const item of items)
        if ('checkpoint' in item) yield item;
        else if (item.event !== undefined) yield { event: nativeOf(item.event) };
    } catch (error) {
      throw faultOf(error);
    } finally {
      confirmed();
    }
  };

  return {
    append: (stream, ...given) => appendTo(`${prefix}${stream}`, ...given),
    subscribe,
    subscribeAll,
    read: async (stream, options) => {
      try {
        const found = await readPage(stream, options);
        // A stream that is there has an end: such a read was ended too early.
        if (found.length === 0 && options.from === 'end') throw new EsdbFault('unknown', `${stream} is there, and gave nothing`);
        return found;
      } catch (error) {
        const fault = faultOf(error);
        if (fault.kind === 'absent') return [];
        throw fault;
      }
    },
    keepLast: async (stream, count, timeoutMs) => {
      const draft: Draft = { id: crypto.randomUUID(), type: '$metadata', json: { $maxCount: count } };
      await appendTo(`$$${prefix}${stream}`, [draft], -1, timeoutMs);
    },
    close: async () => {
      await appender?.release();
      await within(CLOSE_MS, 'end of the client', reader.dispose()).catch(() => undefined);
    },
  };
};

/** A subscription that is not confirmed in time is broken off; gives what stops the watch. */
const confirm = (
  subscription: { once: (event: 'confirmation', heard: () => void) => unknown; destroy: (error: Error) => unknown },
  what: string,
): (() => void) => {
  const timer = setTimeout(() => {
    subscription.destroy(new EsdbFault('unknown', `${what}: not confirmed in ${String(CONFIRM_MS)} ms`));
  }, CONFIRM_MS);
  const stop = (): void => { clearTimeout(timer); }; // prettier-ignore
  subscription.once('confirmation', stop);
  return stop;
};
