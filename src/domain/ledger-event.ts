import type { Past } from './decider.ts';
import type { RecordedEvent } from './envelope.ts';
import type { Event } from './event.ts';
import type { DomainEvent, EventType } from './events.ts';

/** An event of the log with its data typed by its type: `switch (event.type)` narrows `event.data`. */
export type LedgerEvent = { [T in EventType]: RecordedEvent<T, Extract<DomainEvent, { type: T }>['data']> }[EventType];

/** A recorded event, typed, for folds of one noun. */
export type PastOf<E extends Event> = E extends Event ? Past<E> : never;
