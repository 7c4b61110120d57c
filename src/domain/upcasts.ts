import type { RecordedEvent } from './envelope.ts';

type Lift = (data: unknown) => unknown;

/** How older schemas become the latest, by type and schema: `{ SomethingHappened: { 1: lift } }` makes schema 2 of 1. */
export type Lifts = Readonly<Record<string, Readonly<Record<number, Lift | undefined>> | undefined>>;

/** Lifts an event, step by step, as far as there are lifts for it. */
export const liftedBy = (lifts: Lifts, event: RecordedEvent): RecordedEvent => {
  const lift = lifts[event.type]?.[event.schema];
  return lift === undefined ? event : liftedBy(lifts, { ...event, schema: event.schema + 1, data: lift(event.data) });
};

/** Stored bytes never change (decision 4). Empty while every type has its first schema. */
const LIFTS: Lifts = {};

/** The event at its latest schema. */
export const upcast = (event: RecordedEvent): RecordedEvent => liftedBy(LIFTS, event);
