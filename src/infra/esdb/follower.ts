import { LedgerUnsealed } from '../../domain/event-store.ts';
import type { Position } from '../../domain/envelope.ts';
import type { Connection } from './connection.ts';
import { backOff, monotonic, pauseFor } from './deadline.ts';
import { EsdbFault, LedgerBroken } from './fault.ts';
import { createIdIndex } from './id-index.ts';
import type { LedgerReader } from './ledger-reader.ts';
import { LEDGER, type Link } from './links.ts';

/** How often a node looks for itself: a subscription can be dead without saying so. Bounds what such a one costs. */
const LOOK_MS = 500;
const LOOK_TIMEOUT_MS = 1_000;
const LOOK_LINKS = 1_000;
/** How long every look must find fewer links than this node knows before it is no node of a cluster that was cut off. */
const LACKING_MS = 10_000;
/** Every so many positions the greatest `at` is kept, so that an instant is found with one read. */
export const MARK = 64;

export type Sealed = {
  readonly position: Position;
  /** Unknown where it was sealed before anybody asked. */ readonly leaf?: string;
};
export type Expectation = {
  /** Resolves once the event has its position; rejects with `LedgerUnsealed` when it has none by then (monotonic ms). */
  readonly sealed: (until: number) => Promise<Sealed>;
  readonly forget: () => void;
};

export type Follower = {
  /** The last position that this node knows; -1 for none. */
  readonly position: () => Position;
  readonly positionOf: (id: string) => Position | undefined;
  /** Begins to wait for an event's position; must come before the append, which may be sealed before it is answered. */
  readonly expect: (id: string) => Expectation;
  /** Resolves true when the node knows this position, false when not in time or when the signal aborts. */
  readonly reached: (position: Position, until: number, signal?: AbortSignal) => Promise<boolean>;
  /** The position of the last mark whose `at` is not later than the instant; -1 for none. */
  readonly markBefore: (instant: string) => Position;
  /** Bytes of the index of ids. */
  readonly bytes: () => number;
  /** What is wrong with the ledger: another link for good, fewer links as long as there are. */
  readonly broken: () => LedgerBroken | undefined;
  readonly close: () => Promise<void>;
};

type Waiter = { readonly position: Position; readonly wake: () => void };

/**
 * Follows the ledger's links for one node: who waits for a position hears of it, and positions are known by event id. It
 * resumes from its own last position, however the subscription ended, and takes nothing twice and nothing out of order.
 */
export const startFollower = (connection: Connection, ledger: LedgerReader, lackingMs = LACKING_MS): Follower => {
  const ids = createIdIndex();
  const marks: string[] = [];
  const expected = new Map<string, Set<(sealed: Sealed) => void>>();
  const waiters = new Set<Waiter>();
  const stopping = new AbortController();
  let position = -1;
  let lastId = '';
  let wrong: LedgerBroken | undefined;
  /** The first and the last of the looks that found fewer links than this node knows. */
  let lacking: { readonly since: number; readonly last: number } | undefined;

  /** False where links are missing before this one. */
  const apply = (link: Link): boolean => {
    if (link.position <= position) return true;
    if (link.position > position + 1) return false;
    ({ position, id: lastId } = link);
    ids.set(lastId, position);
    if (position % MARK === 0) marks.push(link.at);
    for (const resolve of expected.get(link.id) ?? []) resolve({ position, leaf: link.leaf });
    expected.delete(link.id);
    for (const waiter of waiters) if (waiter.position <= position) waiter.wake();
    return true;
  };

  /**
   * The links after the one where this node stands. A server that was restored from an older copy, or is another one, has
   * another link there; or none, as a node has that was cut off from the others.
   */
  const linksOn = async (limit: number): Promise<readonly Link[]> => {
    // Where this node stands when it asks: it may know more when the answer comes.
    const [asked, id] = [position, lastId];
    if (asked < 0) return ledger.links(0, limit, LOOK_TIMEOUT_MS);
    const [there, ...more] = await ledger.links(asked, limit + 1, LOOK_TIMEOUT_MS).catch((error: unknown) => {
      lacking = undefined;
      throw error;
    });
    if (there === undefined) {
      lacking = { since: lacking?.since ?? monotonic(), last: monotonic() };
      throw new EsdbFault('unknown', `the ledger ends before position ${String(asked)}`);
    }
    lacking = undefined;
    if (there.id !== id) wrong = new LedgerBroken(`position ${String(asked)} is not the one that this node knows`);
    if (wrong !== undefined) throw wrong;
    return more;
  };
  const broken = (): LedgerBroken | undefined => {
    if (wrong !== undefined || lacking === undefined || lacking.last - lacking.since < lackingMs) return wrong;
    return new LedgerBroken(`the ledger ends before position ${String(position)}, which this node knows`);
  };

  const follow = async (): Promise<void> => {
    for (let attempt = 0; !stopping.signal.aborted; attempt += 1) {
      const began = position;
      try {
        await linksOn(0);
        for await (const { event } of connection.subscribe(LEDGER, position, stopping.signal))
          if (event !== undefined && !apply(ledger.asLink(event))) break;
      } catch (error) {
        if (error instanceof LedgerBroken) wrong = error;
      }
      // However it ended, it goes on from where this node stands; only a fruitless one waits longer each time.
      if (position > began) attempt = 0;
      await pauseFor(backOff(attempt), stopping.signal);
    }
  };

  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pauseFor(LOOK_MS, stopping.signal);
      const found = await linksOn(LOOK_LINKS).catch(() => []);
      for (const link of found) apply(link);
    }
  };
  const running = Promise.all([follow(), look()]);

  const expect = (id: string): Expectation => {
    let resolveSealed: (sealed: Sealed) => void = () => undefined;
    const coming = new Promise<Sealed>((resolve) => { resolveSealed = resolve; }); // prettier-ignore
    const known = ids.get(id);
    const waiting = expected.get(id) ?? new Set();
    if (known !== undefined) resolveSealed({ position: known });
    else expected.set(id, waiting.add(resolveSealed));
    const forget = (): void => {
      waiting.delete(resolveSealed);
      if (waiting.size === 0 && expected.get(id) === waiting) expected.delete(id);
    };
    const sealed = async (until: number): Promise<Sealed> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => { reject(new LedgerUnsealed(`event ${id} has no position yet`)); }, Math.max(0, until - monotonic())); // prettier-ignore
      });
      try {
        return await Promise.race([coming, late]);
      } finally {
        clearTimeout(timer);
        forget();
      }
    };
    return { sealed, forget };
  };

  const reached = (wanted: Position, until: number, signal?: AbortSignal): Promise<boolean> => {
    if (position >= wanted) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', settle);
        waiters.delete(waiter);
        resolve(position >= wanted);
      };
      const waiter: Waiter = { position: wanted, wake: settle };
      // Longer than a timer holds is for ever.
      const timer = setTimeout(settle, Math.min(Math.max(0, until - monotonic()), 2 ** 31 - 1));
      if (signal?.aborted === true) settle();
      else {
        signal?.addEventListener('abort', settle, { once: true });
        waiters.add(waiter);
      }
    });
  };

  const markBefore = (instant: string): Position => {
    let [low, high] = [0, marks.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((marks[middle] ?? '') <= instant) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : (low - 1) * MARK;
  };

  return {
    position: () => position,
    positionOf: ids.get,
    expect,
    reached,
    markBefore,
    bytes: ids.bytes,
    broken,
    close: async () => {
      stopping.abort();
      for (const waiter of [...waiters]) waiter.wake();
      await running;
    },
  };
};
