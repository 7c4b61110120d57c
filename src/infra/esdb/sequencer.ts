import type { Position } from '../../domain/envelope.ts';
import { EMPTY_FRONTIER, extend, type Frontier } from '../../tlog/frontier.ts';
import type { Lease, Leases } from '../lease.ts';
import { CATEGORIES } from './categories.ts';
import type { AllItem, Connection, Native, NativePosition } from './connection.ts';
import { backOff, monotonic, pauseFor } from './deadline.ts';
import { evidenceOf, hashText } from './evidence.ts';
import { EsdbFault, LedgerBroken } from './fault.ts';
import { gathered } from './gathered.ts';
import { leaseStream } from './lease-register.ts';
import type { LedgerReader } from './ledger-reader.ts';
import { draftOf, LEDGER, type Link } from './links.ts';

/** Where a sequencer can be stopped; tests are told, and stop it there. `batch under way`: nothing needs to have been sent yet. */
export type SequencerStep = 'leading' | 'last link read' | 'batch made' | 'batch under way' | 'batch answered';

export type SequencerStatus = {
  readonly leading: boolean;
  /** The last position that this process sealed or found sealed. */
  readonly position: Position;
  /** How far into the server's log everything of ours has been sealed. To be shown, never to resume from. */
  readonly considered: NativePosition | null;
  /** Why it does not seal, when it does not. */
  readonly error: string | null;
  /** It had its turn and came no further, for too long. */
  readonly stalled: boolean;
};
/** Of a sequencer that has not begun. */
export const IDLE: SequencerStatus = { leading: false, position: -1, considered: null, error: null, stalled: false };

export type SequencerOptions = {
  readonly connection: Connection;
  readonly ledger: LedgerReader;
  readonly leases: Leases;
  readonly signal: AbortSignal;
  readonly onStatus?: (status: SequencerStatus) => void;
  readonly step?: (step: SequencerStep) => Promise<void> | void;
};

export const SEQUENCER = 'sequencer';
/** Links of one append: about 400 bytes each, far below what the server takes at once. */
const BATCH = 256;
const TIMEOUT_MS = 1_000;
/** The lease's own renewals come through the subscription: one that is silent for so long is dead. */
const SILENCE_MS = 3_000;
/** A turn of which nothing has come for so long, and whose attempts fail, is said to be in vain. */
const STALLED_MS = 5_000;

/** The end of the ledger: all that is needed to go on. */
type End = { readonly position: Position; readonly tree: Frontier; readonly at: string; readonly native: NativePosition | null };

const isAfter = (position: NativePosition, other: NativePosition | null): boolean => {
  if (other === null) return true;
  const [commit, than] = [BigInt(position.commit), BigInt(other.commit)];
  return commit === than ? BigInt(position.prepare) > BigInt(other.prepare) : commit > than;
};

/** The link of the next event. Throws `LedgerBroken` for an event that is none of ours. */
const nextLink = (end: End, event: Native, native: NativePosition): { readonly link: Link; readonly end: End } => {
  const { envelope, leaf } = evidenceOf(event);
  const position = end.position + 1;
  const tree = extend(end.tree, leaf);
  const at = envelope.at > end.at ? envelope.at : end.at;
  const node = tree.hashes[tree.hashes.length - 1] ?? leaf;
  const link = {
    position,
    stream: envelope.stream,
    revision: envelope.revision,
    id: envelope.id,
    leaf: hashText(leaf),
    node: hashText(node),
    at,
    ...native,
  };
  return { link, end: { position, tree, at, native } };
};

/** The links of a batch, in the order of the server's log. What is sealed already came twice and is left out. */
const linksOf = (from: End, items: readonly AllItem[]): { readonly links: readonly Link[]; readonly end: End } => {
  let end = from;
  const links: Link[] = [];
  for (const item of items) {
    if (!('event' in item) || item.event.stream === leaseStream(SEQUENCER)) continue;
    const { event } = item;
    // Nothing is sealed at a place that nobody could resume from.
    if (event.position === undefined) throw new EsdbFault('unknown', `the server does not say where ${event.id} lies`);
    if (!isAfter(event.position, end.native)) continue;
    const next = nextLink(end, event, event.position);
    links.push(next.link);
    ({ end } = next);
  }
  return { links, end };
};

/** Where the last event of a batch lies. Checkpoints do not count: one can lie ahead of what is yet to be sealed. */
const lastIn = (items: readonly AllItem[]): NativePosition | undefined =>
  items.flatMap((item) => ('event' in item && item.event.position !== undefined ? [item.event.position] : [])).at(-1);

const considered = (items: readonly AllItem[]): NativePosition | undefined => {
  const last = items[items.length - 1];
  if (last === undefined) return undefined;
  return 'checkpoint' in last ? last.checkpoint : last.event.position;
};

/**
 * Gives every event its position: follows `$all` and writes one link an event to `ledger`, by compare-and-set. What comes
 * next depends on nothing but the last link, so that two who seal at once write the same links, of which the server takes
 * one; the lease only keeps them from trying. After anything unexpected the last link is read again (decision 6).
 * Resolves when the signal aborts.
 */
export const runSequencer = async (options: SequencerOptions): Promise<void> => {
  const { connection, ledger, leases, signal, onStatus, step } = options;
  let status = IDLE;
  /** The furthest event that was dealt with: its own renewals are such events, also where there is nothing to seal. */
  let furthest: NativePosition | null = null;
  let vainSince: number | null = null;
  const report = (part: Partial<SequencerStatus>): void => {
    status = { ...status, ...part };
    try {
      onStatus?.(status);
    } catch {
      // Whoever listens badly does not stop the ledger.
    }
  };

  /** A batch was dealt with. Only what was sealed, or lies further than anything before, tells that an error is over. */
  const went = (end: End, batch: readonly AllItem[]): void => {
    const last = lastIn(batch);
    const further = last !== undefined && isAfter(last, furthest);
    const isOver = further || end.position > status.position;
    if (further) furthest = last;
    if (isOver) vainSince = null;
    report({
      position: end.position,
      considered: considered(batch) ?? status.considered,
      ...(isOver ? { error: null, stalled: false } : {}),
    });
  };
  const failed = (error: unknown): void => {
    vainSince ??= monotonic();
    const stalled = status.stalled || monotonic() - vainSince >= STALLED_MS;
    report({ error: error instanceof Error ? error.message : String(error), stalled });
  };

  const lastEnd = async (): Promise<End> => {
    const last = await ledger.last(TIMEOUT_MS);
    if (last === undefined) return { position: -1, tree: EMPTY_FRONTIER, at: '', native: null };
    const { position, at, commit, prepare } = last;
    return { position, at, native: { commit, prepare }, tree: await ledger.frontier(position + 1, TIMEOUT_MS) };
  };

  /** Seals until something breaks off; ends only when the lease is lost. */
  const seal = async (lease: Lease): Promise<void> => {
    let end = await lastEnd();
    await step?.('last link read');
    report({ position: end.position });
    const stopping = new AbortController();
    const items = connection.subscribeAll({
      after: end.native,
      prefixes: [...CATEGORIES.map((category) => `${category}-`), leaseStream(SEQUENCER)],
      silenceMs: SILENCE_MS,
      signal: AbortSignal.any([stopping.signal, lease.signal]),
    });
    for await (const batch of gathered(items, BATCH, () => {
      stopping.abort();
    })) {
      if (!lease.held()) return;
      const { links, end: next } = linksOf(end, batch);
      if (links.length > 0) {
        await step?.('batch made');
        const appended = connection.append(LEDGER, links.map(draftOf), end.position, TIMEOUT_MS);
        appended.catch(() => undefined);
        await step?.('batch under way');
        await appended;
        await step?.('batch answered');
      }
      end = next;
      went(end, batch);
    }
    if (!lease.signal.aborted) throw new EsdbFault('unknown', 'the subscription ended');
  };

  const lead = async (lease: Lease): Promise<void> => {
    // What an earlier turn met is long over: only what this one meets is in vain.
    vainSince = null;
    report({ leading: true, stalled: false });
    await step?.('leading');
    for (let attempt = 0; lease.held() && !lease.signal.aborted;) {
      const { position } = status;
      try {
        await seal(lease);
      } catch (error) {
        failed(error);
        if (!(error instanceof EsdbFault || error instanceof LedgerBroken)) throw error;
        attempt = status.position > position ? 0 : attempt + 1;
        await pauseFor(backOff(attempt), lease.signal);
      }
    }
  };

  await leases.run(SEQUENCER, (lease) => lead(lease).finally(() => { report({ leading: false }); }), {
    signal,
    onError: (error) => { report({ error: error instanceof Error ? error.message : String(error) }); }, // prettier-ignore
  }); // prettier-ignore
};
