import type { RecordedEvent } from './envelope.ts';

type Lift = (data: unknown) => unknown;

/**
 * How older schemas become the latest, by type and schema: `{ SomethingHappened: { 1: lift } }` makes schema 2 of 1.
 * Stored bytes never change (decision 4). Empty while every type has its first schema.
 */
const LIFTS: Readonly<Record<string, Readonly<Record<number, Lift | undefined>> | undefined>> = {};

/** The event at its latest schema. */
export const upcast = (event: RecordedEvent): RecordedEvent => {
  const lift = LIFTS[event.type]?.[event.schema];
  return lift === undefined ? event : upcast({ ...event, schema: event.schema + 1, data: lift(event.data) });
};
