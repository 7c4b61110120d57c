import type { EventEnvelope, Position } from '../domain/envelope.ts';
import { upcast } from '../domain/upcasts.ts';
import type { Frontier } from '../tlog/frontier.ts';
import type { ReadableLog } from '../domain/event-store.ts';

/** One event as it was hashed: before any lift (decision 4). `text` is what `leaf` is the hash of. */
export type Evidence = {
  readonly position: Position;
  readonly envelope: EventEnvelope;
  readonly text: string;
  readonly leaf: Buffer;
};

/** A log's bytes under its tree: what a copy reads. The port gives events at their latest schema, which other bytes belong to. */
export type EvidenceLog = {
  readonly logId: string;
  /** Names where it lies, by whatever address it was opened: no copy of it has the same. */
  readonly place: string;
  readonly head: () => Promise<Position>;
  /** The events of positions from..to, in order. Each is hashed again, and throws `LogDamaged` where its leaf is another. */
  readonly evidence: (from: Position, to: Position) => AsyncIterable<Evidence>;
  /** The tree that the log has recorded over its first `size` events. */
  readonly tree: (size: number) => Promise<Frontier>;
  /** Whether another process seals this log at present. */
  readonly inUse: () => Promise<boolean>;
  readonly close: () => Promise<void>;
};

/** A log that a copy writes to. */
export type CopyTarget = EvidenceLog & {
  /** Resolves when these events, in this order, are durable at their positions, which follow the log's last. */
  readonly append: (events: readonly Evidence[]) => Promise<void>;
};

/** The log does not hold what it promises: bytes and leaf, or an event and its place, do not agree. */
export class LogDamaged extends Error {
  readonly position: Position;
  constructor(position: Position, reason: string, options?: ErrorOptions) {
    super(`position ${String(position)} ${reason}`, options);
    this.name = 'LogDamaged';
    this.position = position;
  }
}

export type CopyRefusal =
  'no-log' | 'same' | 'other-log' | 'ahead' | 'differs' | 'in-use' | 'interfered' | 'no-category' | 'stopped';

/** Why a log is not copied, or no further; `position` where it is about one. */
export class CopyRefused extends Error {
  readonly reason: CopyRefusal;
  readonly position: Position | null;
  constructor(reason: CopyRefusal, position: Position | null = null) {
    super(`the log cannot be copied: ${reason}${position === null ? '' : ` at position ${String(position)}`}`);
    this.name = 'CopyRefused';
    this.reason = reason;
    this.position = position;
  }
}

/** The first events of a log, up to `end`, as a projector reads them. */
export const readableUpTo = (log: EvidenceLog, end: Position): ReadableLog => ({
  head: () => Promise.resolve({ logId: log.logId, position: end }),
  readAll: async function* ({ after, to = end, types }) {
    for await (const { envelope, position } of log.evidence((after ?? -1) + 1, Math.min(to, end)))
      if (types === undefined || types.includes(envelope.type)) yield upcast({ ...envelope, position });
  },
});
