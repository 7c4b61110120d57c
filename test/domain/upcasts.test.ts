import { describe, expect, it } from 'vitest';
import { EVENT_SCHEMAS } from '../../src/domain/events.ts';
import { liftedBy, upcast, type Lifts } from '../../src/domain/upcasts.ts';
import { envelopeOf } from '../support/envelopes.ts';

const eventOf = (type: string, schema: number, data: unknown = { name: 'x' }) => ({
  ...envelopeOf('any-1', 0, { type, schema, data }),
  position: 0,
});

describe('lifting older events (decision 4)', () => {
  const lifts: Lifts = {
    Renamed: { 1: (data) => ({ ...(data as object), aliases: [] }), 2: (data) => ({ ...(data as object), shortName: null }) },
  };

  it('goes from schema to schema to the latest, and leaves the rest of the event', () => {
    const lifted = { name: 'x', aliases: [], shortName: null };
    expect(liftedBy(lifts, eventOf('Renamed', 1))).toStrictEqual(eventOf('Renamed', 3, lifted));
    expect(liftedBy(lifts, eventOf('Renamed', 2))).toStrictEqual(eventOf('Renamed', 3, { name: 'x', shortName: null }));
  });

  it('leaves what is at its latest schema, or of another type', () => {
    for (const event of [eventOf('Renamed', 3), eventOf('Closed', 1)]) expect(liftedBy(lifts, event)).toBe(event);
  });

  it.each(Object.entries(EVENT_SCHEMAS))('leaves %s as it is stored today, at schema %i', (type, schema = 0) => {
    const event = eventOf(type, schema);
    expect(upcast(event)).toBe(event);
  });
});
