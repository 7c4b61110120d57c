import { describe, expect, it } from 'vitest';
import { EVENT_SCHEMAS } from '../../src/domain/events.ts';
import { upcast } from '../../src/domain/upcasts.ts';
import { envelopeOf } from '../support/envelopes.ts';

describe('lifting older events', () => {
  it.each(Object.entries(EVENT_SCHEMAS))('leaves %s as it is at its latest schema, %i', (type, schema = 0) => {
    const event = { ...envelopeOf('any-1', 0, { type, schema }), position: 0 };
    expect(upcast(event)).toBe(event);
  });

  it('leaves what it does not know as it is', () => {
    const event = { ...envelopeOf('any-1', 0, { type: 'SomethingElse', schema: 7 }), position: 0 };
    expect(upcast(event)).toBe(event);
  });
});
