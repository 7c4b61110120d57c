import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor, type Place } from '../../src/http/cursor.ts';

const macUnder = (key: string) => (text: string) => createHmac('sha256', key).update(text).digest('base64url');
const mac = macUnder('service key');
const QUESTION = JSON.stringify(['read-catalog', 'a-1', { field: 'listed', is: true }]);
const PLACE: Place = { after: ['低保', 3, null, true], at: 41, clock: '2026-11-22T08:00:00.000Z' };

const read = (cursor: string, question = QUESTION, by = mac): unknown => {
  try {
    return readCursor(by, question, cursor);
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
};

describe('a cursor', () => {
  const cursor = writeCursor(mac, QUESTION, PLACE);

  it('gives back its place', () => {
    expect(read(cursor)).toEqual(PLACE);
    const now: Place = { after: [], at: null, clock: PLACE.clock };
    expect(read(writeCursor(mac, QUESTION, now))).toEqual(now);
  });

  it('goes into a query as it is', () => {
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  it.each([
    ['another reader', JSON.stringify(['read-catalog', 'a-2', { field: 'listed', is: true }])],
    ['another list', JSON.stringify(['read-grants', 'a-1', { field: 'listed', is: true }])],
    ['another filter', JSON.stringify(['read-catalog', 'a-1', { field: 'listed', is: false }])],
    ['no question', ''],
  ])('is refused for %s', (_, question) => {
    expect(read(cursor, question)).toBe('query.bad-cursor');
  });

  it('is refused under another key', () => {
    expect(read(cursor, QUESTION, macUnder('another key'))).toBe('query.bad-cursor');
  });

  const [body = '', signature = ''] = cursor.split('.');
  const other = Buffer.from(JSON.stringify({ ...PLACE, at: 9_999 }), 'utf8').toString('base64url');
  it.each([
    ['a forged place', `${other}.${signature}`],
    ['a place signed by somebody else', `${other}.${macUnder('guess')(`${QUESTION} ${other}`)}`],
    ['no signature', body],
    ['an empty signature', `${body}.`],
    ['no place', `.${signature}`],
    ['nothing', ''],
    ['a dot', '.'],
    ['more than a cursor', `${cursor}.x`],
    ['a lengthened signature', `${cursor}A`],
    ['garbage', '💥'],
  ])('is refused with %s', (_, forged) => {
    expect(read(forged)).toBe('query.bad-cursor');
  });

  it('is refused when cut anywhere, or with any character changed', () => {
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom('A', '_', '0', '.'), (index, character) => {
        expect(read(cursor.slice(0, index))).toBe('query.bad-cursor');
        const changed = `${cursor.slice(0, index)}${character}${cursor.slice(index + 1)}`;
        if (changed !== cursor) expect(read(changed)).toBe('query.bad-cursor');
      }),
    );
  });

  it('never compares a signature itself, whose common beginning would show in the time', () => {
    const seen: string[] = [];
    const watched = (text: string): string => {
      seen.push(text);
      return mac(text);
    };
    expect(read(`${body}.guess`, QUESTION, watched)).toBe('query.bad-cursor');
    expect(seen).toEqual([`${QUESTION} ${body}`, mac(`${QUESTION} ${body}`), 'guess']);
  });
});
