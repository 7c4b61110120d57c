import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  commandAnswer,
  date,
  decision,
  id,
  idParams,
  instant,
  longText,
  NO_FIELDS,
  problem,
  text,
} from '../../src/http/schemas.ts';

const issuesOf = (schema: z.ZodType, value: unknown): readonly string[] => {
  const { success, error } = schema.safeParse(value, { reportInput: true });
  return success ? [] : error.issues.map(({ code, message }) => (code === 'custom' || code === 'invalid_format' ? message : code));
};

describe('text', () => {
  it.each(['低保对象', 'one\nline\tand\r\nanother', '𠮷野', ' a ', 'x'])('takes %j as it is', (value) => {
    expect(text(100).parse(value)).toBe(value);
  });

  it.each([
    ['nothing', '', ['too_small']],
    ['blanks', ' \t\n', ['text-blank']],
    ['an ideographic space', '\u3000', ['text-blank']],
    ['a zero-width space', '\u200b\ufeff', ['text-blank']],
    ['NUL', 'a\u0000b', ['text-unclean']],
    ['an escape character', 'a\u001b[31m', ['text-unclean']],
    ['a C1 control', 'a\u0085', ['text-unclean']],
    ['half a surrogate pair', 'a\ud842', ['text-unclean']],
    ['the other half', '\udfb7a', ['text-unclean']],
    ['a vertical tab', '\u000b', ['text-unclean']],
    ['NUL in a long text', `\u0000${'x'.repeat(100)}`, ['too_big']],
    ['a number', 7, ['invalid_type']],
    ['null', null, ['invalid_type']],
  ])('refuses %s, once', (_, value, expected) => {
    expect(issuesOf(text(100), value)).toEqual(expected);
  });

  it('counts UTF-16 code units up to its bound', () => {
    expect(issuesOf(text(4), '一二三四')).toEqual([]);
    expect(issuesOf(text(4), '一二三四五')).toEqual(['too_big']);
    expect(issuesOf(longText, 'x'.repeat(2_000))).toEqual([]);
    expect(issuesOf(longText, 'x'.repeat(2_001))).toEqual(['too_big']);
  });

  it('takes exactly what survives a round trip through UTF-8 and holds no control character', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(
            fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
            fc.string({ unit: 'grapheme' }),
          ),
          minLength: 1,
          maxLength: 8,
        }),
        (value) => {
          const isControl = (code: number) => (code < 32 || (code >= 127 && code < 160)) && ![9, 10, 13].includes(code);
          const controls = Array.from(value, (character) => character.codePointAt(0) ?? 0).some(isControl);
          const survives = Buffer.from(value, 'utf8').toString('utf8') === value && !controls;
          const refused = issuesOf(text(100), value).includes('text-unclean');
          expect(refused).toBe(!survives);
        },
      ),
    );
  });
});

describe('date', () => {
  it.each(['2026-11-22', '2024-02-29', '2000-02-29', '2026-12-31', '0001-01-01', '9998-12-31'])('takes %s', (value) => {
    expect(date.parse(value)).toBe(value);
  });

  it.each([
    ['2026-02-30', 'date-impossible'],
    ['2026-02-29', 'date-impossible'],
    ['1900-02-29', 'date-impossible'],
    ['2026-13-01', 'date-impossible'],
    ['2026-00-10', 'date-impossible'],
    ['2026-11-31', 'date-impossible'],
    ['0000-12-31', 'year-out-of-range'],
    ['9999-01-01', 'year-out-of-range'],
    ['9999-12-31', 'year-out-of-range'],
    ['2026-1-1', 'date-malformed'],
    ['20261122', 'date-malformed'],
    ['2026-11-22T00:00:00Z', 'date-malformed'],
    ['2026-11-22\n', 'date-malformed'],
    ['', 'date-malformed'],
    ['二〇二六年', 'date-malformed'],
  ])('refuses %j once, as %s', (value, message) => {
    expect(issuesOf(date, value)).toEqual([message]);
  });
});

describe('instant', () => {
  it.each([
    ['2026-11-22T08:00:00.000Z', '2026-11-22T08:00:00.000Z'],
    ['2026-11-22T08:00:00Z', '2026-11-22T08:00:00.000Z'],
    ['2026-11-22T16:00:00+08:00', '2026-11-22T08:00:00.000Z'],
    ['2026-01-01T00:30:00.5+08:00', '2025-12-31T16:30:00.500Z'],
    ['2026-11-21T20:00:00-12:00', '2026-11-22T08:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9998-12-31T23:59:59.999+08:00', '9998-12-31T15:59:59.999Z'],
  ])('takes %s as %s', (value, expected) => {
    expect(instant.parse(value)).toBe(expected);
  });

  it.each([
    ['2026-02-30T08:00:00Z', 'instant-impossible'],
    ['2026-11-22T25:00:00Z', 'instant-impossible'],
    ['2026-11-22T08:60:00Z', 'instant-impossible'],
    ['2026-11-22T08:00:00+25:00', 'instant-impossible'],
    ['0001-01-01T07:59:59+08:00', 'year-out-of-range'],
    ['0000-01-01T00:30:00+23:00', 'year-out-of-range'],
    // In Shanghai the next year has begun.
    ['9998-12-31T16:00:00Z', 'year-out-of-range'],
    ['9999-06-01T00:00:00Z', 'year-out-of-range'],
    ['9999-12-31T23:30:00-01:00', 'year-out-of-range'],
    ['2026-11-22T08:00:00', 'instant-malformed'],
    ['2026-11-22', 'instant-malformed'],
    ['2026-11-22 08:00:00Z', 'instant-malformed'],
    ['2026-11-22T08:00Z', 'instant-malformed'],
    ['2026-11-22T08:00:00.0001Z', 'instant-malformed'],
    [' 2026-11-22T08:00:00Z', 'instant-malformed'],
    ['2026-11-22T08:00:00Z[Asia/Shanghai]', 'instant-malformed'],
    ['now', 'instant-malformed'],
    ['', 'instant-malformed'],
  ])('refuses %j once, as %s', (value, message) => {
    expect(issuesOf(instant, value)).toEqual([message]);
  });

  it('means the same moment as the text it came from', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        fc.integer({ min: -12, max: 14 }),
        (moment, hours) => {
          const local = new Date(moment.getTime() + hours * 3_600_000).toISOString().slice(0, -1);
          const offset = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
          expect(instant.parse(`${local}${offset}`)).toBe(moment.toISOString());
        },
      ),
    );
  });
});

describe('id', () => {
  it.each(['a', '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11', 'nc-2019', 'x'.repeat(160), 'a.b_c:d@e'])('takes %s', (value) => {
    expect(id.parse(value)).toBe(value);
    expect(idParams.parse({ id: value })).toEqual({ id: value });
  });

  it.each(['', 'x'.repeat(161), 'a/b', 'a b', '../etc', '低保', "a'--", 'a\n'])('refuses %j', (value) => {
    expect(issuesOf(id, value)).toEqual(['id-malformed']);
  });
});

describe('bodies and answers', () => {
  it('know two decisions', () => {
    expect(['approve', 'return', 'refuse', ''].map((value) => issuesOf(decision, value).length)).toEqual([0, 0, 1, 1]);
  });

  it('refuse what nobody asked for', () => {
    expect(issuesOf(NO_FIELDS, { a: 1 })).toEqual(['unrecognized_keys']);
    expect(issuesOf(NO_FIELDS, {})).toEqual([]);
    expect(issuesOf(commandAnswer, { id: 'a', revision: 0, position: 0, events: [], more: 1 })).toEqual(['unrecognized_keys']);
  });

  it('hold the members of the contract', () => {
    const answer = { id: 'a', revision: 3, position: 1024, events: ['FormalityCheckPassed'] };
    expect(commandAnswer.parse(answer)).toEqual(answer);
    const refusal = { type: '/docs/problems#a.b', title: 't', status: 409, detail: 'd', code: 'a.b', instance: '/api/v1/x' };
    expect(problem.parse(refusal)).toEqual(refusal);
    expect(problem.parse({ ...refusal, article: 'R1.1', errors: [{ path: 'a', message: 'm' }] })).toHaveProperty('errors');
    expect(issuesOf(problem, { ...refusal, stack: 'x' })).toEqual(['unrecognized_keys']);
  });

  it('can be written into OpenAPI', () => {
    const written = z.toJSONSchema(z.strictObject({ date, instant, id, text: text(10) }), { io: 'input' });
    expect(written).toMatchObject({
      additionalProperties: false,
      required: ['date', 'instant', 'id', 'text'],
      properties: {
        date: { pattern: String.raw`^\d{4}-\d\d-\d\d$`, example: '2026-11-22' },
        text: { minLength: 1, maxLength: 10 },
      },
    });
  });
});
