import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  civilDate,
  civilDateOf,
  daysInMonth,
  endOfDay,
  instantOf,
  isCivilDate,
  isRecordableDate,
  isRecordableInstant,
  laterOf,
  millisecondsOf,
  partsOf,
  startOfDay,
  weekdayOf,
} from '../../src/domain/time.ts';

const dates = fc.integer({ min: 0, max: 30_000 }).map((offset) => addDays('2000-01-01', offset));

describe('an instant', () => {
  it('is milliseconds since the epoch in ISO 8601, and back', () => {
    expect([instantOf(0), millisecondsOf('1970-01-01T00:00:01.500Z')]).toEqual(['1970-01-01T00:00:00.000Z', 1_500]);
  });

  it('falls on a civil date in Asia/Shanghai, eight hours ahead of UTC', () => {
    expect(civilDateOf('2026-02-14T15:59:59.999Z')).toBe('2026-02-14');
    expect(civilDateOf('2026-02-14T16:00:00.000Z')).toBe('2026-02-15');
  });

  it('is later than another, or equal', () => {
    const [a, b] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z'];
    expect([laterOf(a, b), laterOf(b, a), laterOf(a, a)]).toEqual([b, b, a]);
  });
});

describe('the years that the service takes', () => {
  it('leave room for what is added to a date, so that text order stays time order', () => {
    const taken = ['0001-01-01', '9998-12-31'];
    const others = ['0000-12-31', '9999-01-01', '+010000-01', '-000001-12'];
    expect([...taken, ...others].map(isRecordableDate)).toEqual([true, true, false, false, false, false]);
    expect(endOfDay(addMonths('9998-12-31', 12))).toBe('9999-12-31T16:00:00.000Z');
    expect(startOfDay('0001-01-01')).toBe('0000-12-31T16:00:00.000Z');
  });

  it('are the same of an instant, in UTC and in Shanghai', () => {
    const taken = ['0001-01-01T00:00:00.000Z', '9998-12-31T15:59:59.999Z'];
    expect(taken.map(isRecordableInstant)).toEqual([true, true]);
    expect(taken.map(civilDateOf)).toEqual(['0001-01-01', '9998-12-31']);
    const others = [
      '0000-12-31T23:59:59.999Z',
      '9998-12-31T16:00:00.000Z',
      '9999-12-31T16:00:00.000Z',
      '+010000-01-01T00:30:00.000Z',
    ];
    expect(others.map(isRecordableInstant)).toEqual([false, false, false, false]);
  });
});

describe('a civil date', () => {
  it('begins and ends at midnight in Asia/Shanghai', () => {
    expect([startOfDay('2026-03-01'), endOfDay('2026-02-28')]).toEqual(['2026-02-28T16:00:00.000Z', '2026-02-28T16:00:00.000Z']);
  });

  it('contains its own day and nothing else', () => {
    fc.assert(
      fc.property(dates, (date) => {
        expect(civilDateOf(startOfDay(date))).toBe(date);
        expect(civilDateOf(instantOf(millisecondsOf(endOfDay(date)) - 1))).toBe(date);
        expect(civilDateOf(endOfDay(date))).toBe(addDays(date, 1));
      }),
    );
  });

  it('moves by days over months, leap days and years, in both directions', () => {
    expect([addDays('2024-02-28', 1), addDays('2026-12-31', 1), addDays('2026-01-01', -1)]).toEqual([
      '2024-02-29',
      '2027-01-01',
      '2025-12-31',
    ]);
  });

  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-02-28', 1, '2026-03-28'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2026-11-30', 1, '2026-12-30'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2024-02-29', 36, '2027-02-28'],
    ['2026-05-05', 0, '2026-05-05'],
  ])('%s moves by %i month(s) to %s', (date, months, moved) => {
    expect(addMonths(date, months)).toBe(moved);
  });

  it('is a weekday from 1 (Monday) to 7 (Sunday)', () => {
    expect(['2026-11-23', '2026-11-28', '2026-11-29'].map(weekdayOf)).toEqual([1, 6, 7]);
  });

  it('is made of year, month and day', () => {
    expect([civilDate(2026, 3, 9), civilDate(987, 11, 30)]).toEqual(['2026-03-09', '0987-11-30']);
    fc.assert(
      fc.property(dates, (date) => {
        const { year, month, day } = partsOf(date);
        expect(civilDate(year, month, day)).toBe(date);
        expect(day <= daysInMonth(year, month)).toBe(true);
      }),
    );
  });

  it('lies in a month of 28 to 31 days', () => {
    expect([daysInMonth(2026, 2), daysInMonth(2024, 2), daysInMonth(2026, 4), daysInMonth(2026, 12)]).toEqual([28, 29, 30, 31]);
  });

  it.each(['2026-02-28', '2024-02-29', '2026-12-31'])('%s is one', (text) => {
    expect(isCivilDate(text)).toBe(true);
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-01',
    '2026-01',
    '2026-01-01T00:00',
    '-000001-01',
    ' 2026-01-01',
    '',
    'today',
  ])('%j is none', (text) => {
    expect(isCivilDate(text)).toBe(false);
  });
});
