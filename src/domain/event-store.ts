import type { EventEnvelope, Position, RecordedEvent } from './envelope.ts';

/** What the writer saw: the revision of the stream's last event, or that there was none. There is no 'any'. */
export type ExpectedRevision = number | 'no_stream';

/** Where an append came to lie: revision and position of its last event; `repeated` where it lay there before. */
export type Appended = { readonly revision: number; readonly position: Position; readonly repeated: boolean };

/** Identity of one log (drawn when it is created) and its end. `position` is -1 for an empty log. */
export type LogHead = { readonly logId: string; readonly position: Position };

export type ReadStreamOptions = { readonly fromRevision?: number; readonly limit?: number };
export type ReadAllOptions = {
  /** The position after which to begin; null begins at 0. */
  readonly after: Position | null;
  /** Deliver only events of these types. Positions then have gaps. */
  readonly types?: readonly string[];
  /** Last position to deliver; without it, to the end as seen when reading gets there. */
  readonly to?: Position;
  /** Goes on with what is appended later until `signal` aborts. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
};

/**
 * The log. Every adapter passes `test/contract/event-store.ts`.
 *
 * - `append` is atomic and checks envelopes first (`BadEnvelope`, `NotJson`). It MUST NOT resolve before its events are
 *   durable. It rejects with `RevisionConflict` when the stream's last revision is not `expected`, unless the stream
 *   already holds exactly these event ids from `expected` on: then it answers where they lie (`repeated`).
 * - Positions are dense, from 0, in commit order. Readers never see an event before it is durable, and never a gap.
 */
export type EventStore = {
  readonly append: (stream: string, events: readonly EventEnvelope[], expected: ExpectedRevision) => Promise<Appended>;
  readonly readStream: (stream: string, options?: ReadStreamOptions) => AsyncIterable<RecordedEvent>;
  /** The events of a stream after a revision (-1: all of it), in one read: mostly none. How folds keep up. */
  readonly streamSince: (stream: string, revision: number) => Promise<readonly RecordedEvent[]> | readonly RecordedEvent[];
  readonly readAll: (options: ReadAllOptions) => AsyncIterable<RecordedEvent>;
  /** The event with this id, wherever it lies: how a repeated command finds its first result. */
  readonly eventById: (id: string) => Promise<RecordedEvent | undefined>;
  readonly head: () => Promise<LogHead>;
  /** The longest prefix in which every `at` ≤ the instant: its last position, or -1 (decision 9). */
  readonly positionAt: (instant: string) => Promise<Position>;
  /** The greatest `at` among positions 0..position; undefined for an empty prefix. */
  readonly clockAt: (position: Position) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
};

/** A lost race: another writer came first. The caller reads again and decides again. */
export class RevisionConflict extends Error {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly actual: ExpectedRevision;
  constructor(stream: string, expected: ExpectedRevision, actual: ExpectedRevision) {
    super(`${stream}: expected ${String(expected)}, found ${String(actual)}`);
    this.name = 'RevisionConflict';
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The store cannot say whether the append happened, or cannot take one now. The caller may ask again under the same ids. */
export class StoreUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'StoreUnavailable';
  }
}

/** Written, but without a position in time (decision 6). Whoever asks again under the same ids gets the result. */
export class LedgerUnsealed extends StoreUnavailable {
  constructor(reason: string) {
    super(reason);
    this.name = 'LedgerUnsealed';
  }
}

/** What those need of the log who retell it from end to end. */
export type ReadableLog = Pick<EventStore, 'readAll' | 'head'>;
