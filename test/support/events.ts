import type { DomainEvent, EventType } from '../../src/domain/events.ts';
import type { LedgerEvent } from '../../src/domain/ledger-event.ts';
import { EVENT_SCHEMAS } from '../../src/domain/events.ts';

export type DataOf<T extends EventType> = Extract<DomainEvent, { type: T }>['data'];
export type RecordedOf<T extends EventType> = Extract<LedgerEvent, { type: T }>;
export type EnvelopePart = {
  readonly at?: string;
  readonly actor?: string;
  readonly onBehalfOf?: string;
  readonly commandId?: string;
  readonly causationId?: string;
  readonly correlationId?: string;
};
export type History = {
  /** Adds the next event: dense positions from 0, revisions per stream, one minute after the event before, fixed ids. */
  readonly recorded: <T extends EventType>(stream: string, type: T, data: DataOf<T>, part?: EnvelopePart) => RecordedOf<T>;
  /** All that was recorded so far, in order. */
  readonly events: readonly LedgerEvent[];
};

/** The n-th fixed uuid of a kind: `fixedId('e', 3)`. */
export const fixedId = (kind: 'a' | 'b' | 'c' | 'd' | 'e' | 'f', n: number): string =>
  `${kind.repeat(8)}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** Event id (`e`) and command id (`c`) of the event at a position, unless the test says otherwise. */
export const eventIdAt = (position: number): string => fixedId('e', position);

const MINUTE = 60_000;

/** A log in the making: well-formed recorded events for tests of projections, of folds and of reactions. */
export const history = (start = '2026-01-05T01:00:00.000Z'): History => {
  const events: LedgerEvent[] = [];
  const revisions = new Map<string, number>();
  let at = Date.parse(start) - MINUTE;
  return {
    events,
    recorded: <T extends EventType>(stream: string, type: T, data: DataOf<T>, part: EnvelopePart = {}): RecordedOf<T> => {
      const position = events.length;
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      at = part.at === undefined ? at + MINUTE : Date.parse(part.at);
      const commandId = part.commandId ?? fixedId('c', position);
      const event = {
        v: 1,
        id: eventIdAt(position),
        stream,
        revision,
        type,
        schema: EVENT_SCHEMAS[type],
        at: new Date(at).toISOString(),
        actor: part.actor ?? 'account-1',
        ...(part.onBehalfOf === undefined ? {} : { onBehalfOf: part.onBehalfOf }),
        correlationId: part.correlationId ?? commandId,
        causationId: part.causationId ?? commandId,
        commandId,
        requestHash: 'test',
        nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
        data,
        position,
      };
      events.push(event as unknown as LedgerEvent);
      return event as unknown as RecordedOf<T>;
    },
  };
};
