import { describe, expect, it } from 'vitest';
import { canonicalJson, NotJson } from '../../src/domain/canonical-json.ts';
import { BadEnvelope, categoryOf, envelopeText, idOf, MAX_EVENT_BYTES } from '../../src/domain/envelope.ts';
import { EVENT_SCHEMAS, isEventType } from '../../src/domain/events.ts';
import { envelopeOf, uuidOf } from '../support/envelopes.ts';

const textOf = (part: object): string => envelopeText({ ...envelopeOf('login-a', 0), ...part }).text;
const refusalOf = (part: object): string => {
  try {
    textOf(part);
  } catch (error) {
    if (error instanceof BadEnvelope && error.name === 'BadEnvelope') return error.message;
    throw error;
  }
  throw new Error('the envelope was accepted');
};
/** Data that make the envelope so many bytes long. */
const dataFor = (bytes: number): object => {
  const empty = Buffer.byteLength(textOf({ data: { account: '' } }));
  return { account: 'x'.repeat(bytes - empty) };
};

describe('an envelope at the door of a store (decision 4)', () => {
  it('is stored as its canonical bytes', () => {
    const envelope = envelopeOf('login-a', 0, { data: { account: '洪账', commandId: 'c' } });
    const text = canonicalJson(envelope);
    expect(envelopeText(envelope)).toStrictEqual({ text, bytes: Buffer.from(text, 'utf8').length });
  });

  it.each([
    { onBehalfOf: 'account-1' },
    { basis: [{ stream: 'resource-1', revision: -1 }] },
    { stream: `login-${'a'.repeat(120)}` },
    { stream: 'a-Z_.-9' },
    { revision: Number.MAX_SAFE_INTEGER },
    { at: '2024-02-29T23:59:59.999Z' },
    { data: {} },
  ])('may say %j', (part) => {
    expect(JSON.parse(textOf(part))).toMatchObject(part);
  });

  const id = 'id must be a lower-case uuid';
  const stream = 'stream must be category-id';
  const revision = 'revision must be a natural number';
  const at = 'at must be an instant with milliseconds';
  const nonce = 'nonce must be 16 bytes in base64url';
  const data = 'data must be an object';
  const causes = 'command, correlation and causation are uuids';
  const uuid = uuidOf('x');

  it.each([
    [{ position: 3 }, 'unknown member position'],
    [{ v: 2 }, 'v must be 1'],
    [{ id: 'x' }, id],
    [{ id: uuid.toUpperCase() }, id],
    [{ id: `x${uuid}` }, id],
    [{ id: `${uuid}x` }, id],
    [{ stream: 'login' }, stream],
    [{ stream: 'login-' }, stream],
    [{ stream: '-a' }, stream],
    [{ stream: 'Login-a' }, stream],
    [{ stream: '1login-a' }, stream],
    [{ stream: 'login-a b' }, stream],
    [{ stream: 'login-a\n' }, stream],
    [{ stream: `login-${'a'.repeat(121)}` }, stream],
    [{ revision: -1 }, revision],
    [{ revision: 0.5 }, revision],
    [{ revision: 2 ** 53 }, revision],
    [{ revision: '0' }, revision],
    [{ type: 'SomethingElse' }, 'no schema 1 of SomethingElse'],
    [{ schema: 2 }, 'no schema 2 of LoginClaimed'],
    [{ at: '2026-01-05T01:00:00Z' }, at],
    [{ at: '2026-01-05T01:00:00.000+08:00' }, at],
    [{ at: '2026-13-05T01:00:00.000Z' }, at],
    [{ at: '0000-12-31T23:00:00.000Z' }, 'at must lie in the years 0001 to 9998'],
    [{ at: '9999-01-01T00:00:00.000Z' }, 'at must lie in the years 0001 to 9998'],
    [{ at: '+010000-01-01T00:30:00.000Z' }, at],
    [{ at: 'x2026-01-05T01:00:00.000Z' }, at],
    [{ at: '2026-01-05T01:00:00.000Zx' }, at],
    [{ commandId: 'c' }, causes],
    [{ correlationId: 'c' }, causes],
    [{ causationId: 'c' }, causes],
    [{ actor: '' }, 'actor is missing'],
    [{ actor: 7 }, 'actor is missing'],
    [{ requestHash: '' }, 'requestHash is missing'],
    [{ requestHash: ['hash'] }, 'requestHash is missing'],
    [{ nonce: 'A'.repeat(21) }, nonce],
    [{ nonce: 'A'.repeat(23) }, nonce],
    [{ nonce: `${'A'.repeat(21)}+` }, nonce],
    [{ data: null }, data],
    [{ data: [] }, data],
    [{ data: 'x' }, data],
  ])('is refused with %j', (part, reason) => {
    expect(refusalOf(part)).toBe(reason);
  });

  it('carries nothing that JSON cannot', () => {
    expect(() => textOf({ data: { account: undefined } })).toThrow(new NotJson('$.data.account', 'undefined is not JSON'));
    expect(() => textOf({ onBehalfOf: undefined })).toThrow(new NotJson('$.onBehalfOf', 'undefined is not JSON'));
  });

  it('is at most 60,000 bytes long', () => {
    expect(MAX_EVENT_BYTES).toBe(60_000);
    expect(Buffer.byteLength(textOf({ data: dataFor(60_000) }))).toBe(60_000);
    expect(refusalOf({ data: dataFor(60_001) })).toBe('event of 60001 bytes, at most 60000');
  });
});

describe('the name of a stream', () => {
  it('is its category and an id, which may have hyphens of its own', () => {
    expect([categoryOf('operator-city-360100'), idOf('operator-city-360100')]).toStrictEqual(['operator', 'city-360100']);
  });
});

describe('the catalogue of events', () => {
  it('knows its types and nothing that every object has', () => {
    expect(Object.keys(EVENT_SCHEMAS).every(isEventType)).toBe(true);
    expect(['toString', '__proto__', 'SomethingElse', ''].filter(isEventType)).toStrictEqual([]);
  });
});
