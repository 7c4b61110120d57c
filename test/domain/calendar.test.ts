import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calendarOf,
  earliestEffective,
  noticesPublishedBy,
  provisionalWorkingDays,
  workingDays,
} from '../../src/domain/calendar.ts';
import type { CalendarNotice } from '../../src/domain/calendar.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { addDays, endOfDay, weekdayOf } from '../../src/domain/time.ts';
import { shippedNotices } from '../support/shipped.ts';

const notice = (part: Partial<CalendarNotice> & { id: string; year: number }): CalendarNotice => ({
  version: 1,
  documentNumber: '国办发明电〔2025〕7号',
  title: '国务院办公厅关于部分节假日安排的通知',
  publishedOn: `${String(part.year - 1)}-11-04`,
  offDays: [],
  makeUpWorkdays: [],
  ...part,
});

const refusal = (act: () => unknown): DomainError => {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error;
  }
  throw new Error('was not refused');
};

const upTo = (id: string): readonly CalendarNotice[] =>
  shippedNotices.slice(0, shippedNotices.findIndex((one) => one.id === id) + 1);
const known2026 = upTo('cn-2026-v1');
const y2026 = () => calendarOf(known2026);

describe('working days', () => {
  it('explain themselves day by day: plain days, a weekend, a make-up Saturday and days off, each with its notice', () => {
    expect(workingDays(y2026(), '2026-02-06', 7)).toEqual({
      due: '2026-02-24',
      dueEndsBefore: '2026-02-24T16:00:00.000Z',
      notices: ['cn-2026-v1'],
      provisional: false,
      computation: [
        { date: '2026-02-06', counted: false, why: 'receipt-day', notice: null },
        { date: '2026-02-07', counted: false, why: 'weekend', notice: null },
        { date: '2026-02-08', counted: false, why: 'weekend', notice: null },
        { date: '2026-02-09', counted: true, why: 'working-day', notice: null },
        { date: '2026-02-10', counted: true, why: 'working-day', notice: null },
        { date: '2026-02-11', counted: true, why: 'working-day', notice: null },
        { date: '2026-02-12', counted: true, why: 'working-day', notice: null },
        { date: '2026-02-13', counted: true, why: 'working-day', notice: null },
        { date: '2026-02-14', counted: true, why: 'make-up-workday', notice: 'cn-2026-v1' },
        ...['15', '16', '17', '18', '19', '20', '21', '22', '23'].map((day) => ({
          date: `2026-02-${day}`,
          counted: false,
          why: 'off-day',
          notice: 'cn-2026-v1',
        })),
        { date: '2026-02-24', counted: true, why: 'working-day', notice: null },
      ],
    });
  });

  it('give the receipt day itself for n = 0, also on a day off', () => {
    expect(workingDays(y2026(), '2026-10-01', 0)).toEqual({
      due: '2026-10-01',
      dueEndsBefore: '2026-10-01T16:00:00.000Z',
      notices: ['cn-2026-v1'],
      provisional: false,
      computation: [{ date: '2026-10-01', counted: false, why: 'receipt-day', notice: null }],
    });
  });

  it('are refused from the first day of a year without a notice', () => {
    const error = refusal(() => workingDays(y2026(), '2026-12-31', 1));
    expect([error.code, error.details]).toEqual(['calendar-unknown', { firstUnknownDay: '2027-01-01' }]);
  });

  it('are refused at once for a receipt in a year without a notice', () => {
    const error = refusal(() => workingDays(y2026(), '2018-12-29', 0));
    expect([error.code, error.details]).toEqual(['calendar-unknown', { firstUnknownDay: '2018-12-29' }]);
  });

  it('name the notices of both years, and of the neighbour that fixes a day, in the order of use', () => {
    expect(workingDays(calendarOf(shippedNotices), '2025-12-31', 1).notices).toEqual(['cn-2025-v1', 'cn-2026-v1']);
    const notices = [notice({ id: 'a', year: 2025 }), notice({ id: 'b', year: 2026, offDays: ['2025-12-31'] })];
    const found = workingDays(calendarOf(notices), '2025-12-30', 1);
    expect([found.due, found.notices]).toEqual(['2026-01-01', ['a', 'b']]);
    expect(found.computation[1]).toEqual({ date: '2025-12-31', counted: false, why: 'off-day', notice: 'b' });
  });

  it('let the later year speak where two notices name a day, whatever their order', () => {
    const a = notice({ id: 'a', year: 2025, offDays: ['2025-12-27'] });
    const b = notice({ id: 'b', year: 2026, makeUpWorkdays: ['2025-12-27'] });
    for (const notices of [
      [a, b],
      [b, a],
    ])
      expect(workingDays(calendarOf(notices), '2025-12-26', 1).due).toBe('2025-12-27');
  });

  it('follow the latest version of a year, whatever the order of the notices; the last of two equal ones', () => {
    const first = notice({ id: 'v1', year: 2026 });
    const second = notice({ id: 'v2', year: 2026, version: 2, offDays: ['2026-05-04'] });
    const again = notice({ id: 'v2-again', year: 2026, version: 2 });
    expect(workingDays(calendarOf([first, second]), '2026-05-01', 1).due).toBe('2026-05-05');
    expect(workingDays(calendarOf([second, first]), '2026-05-01', 1).due).toBe('2026-05-05');
    expect(workingDays(calendarOf([second, again]), '2026-05-01', 1).due).toBe('2026-05-04');
  });

  it('2020: the late extension of the Spring Festival moves a due day by one week day and its weekend', () => {
    const before = workingDays(calendarOf(upTo('cn-2020-v1')), '2020-01-23', 1);
    const after = workingDays(calendarOf(upTo('cn-2020-v2')), '2020-01-23', 1);
    expect([before.due, before.notices]).toEqual(['2020-01-31', ['cn-2020-v1']]);
    expect([after.due, after.notices]).toEqual(['2020-02-03', ['cn-2020-v2']]);
  });

  it('2019: the amended Labour Day makes a due day later and, by its make-up Sunday, another one earlier', () => {
    const [before, after] = [calendarOf(upTo('cn-2019-v1')), calendarOf(upTo('cn-2019-v2'))];
    expect([workingDays(before, '2019-04-30', 1).due, workingDays(after, '2019-04-30', 1).due]).toEqual([
      '2019-05-02',
      '2019-05-05',
    ]);
    expect([workingDays(before, '2019-04-26', 1).due, workingDays(after, '2019-04-26', 1).due]).toEqual([
      '2019-04-29',
      '2019-04-28',
    ]);
  });
});

describe('the last days of a year whose successor has no notice', () => {
  it('are provisional from 29 December, the earliest day that a next notice has fixed', () => {
    expect([workingDays(y2026(), '2026-12-25', 1).due, workingDays(y2026(), '2026-12-25', 1).provisional]).toEqual([
      '2026-12-28',
      false,
    ]);
    expect([workingDays(y2026(), '2026-12-25', 2).due, workingDays(y2026(), '2026-12-25', 2).provisional]).toEqual([
      '2026-12-29',
      true,
    ]);
  });

  it('are settled once the next notice is there', () => {
    expect(workingDays(calendarOf(shippedNotices), '2025-12-26', 3)).toMatchObject({ due: '2025-12-31', provisional: false });
    expect(workingDays(calendarOf(upTo('cn-2025-v1')), '2025-12-26', 3)).toMatchObject({ due: '2025-12-31', provisional: true });
  });

  it('do not matter for the receipt day, which is not counted', () => {
    expect(workingDays(y2026(), '2026-12-31', 0).provisional).toBe(false);
  });
});

describe('working days of an obligation', () => {
  it('run on plain weekdays in a year without a notice, and say so', () => {
    expect(provisionalWorkingDays(y2026(), '2026-12-31', 2)).toEqual({
      due: '2027-01-04',
      dueEndsBefore: '2027-01-04T16:00:00.000Z',
      notices: ['cn-2026-v1'],
      provisional: true,
      computation: [
        { date: '2026-12-31', counted: false, why: 'receipt-day', notice: null },
        { date: '2027-01-01', counted: true, why: 'unknown-year', notice: null },
        { date: '2027-01-02', counted: false, why: 'weekend', notice: null },
        { date: '2027-01-03', counted: false, why: 'weekend', notice: null },
        { date: '2027-01-04', counted: true, why: 'unknown-year', notice: null },
      ],
    });
  });

  it('need no notice at all', () => {
    expect(provisionalWorkingDays(calendarOf([]), '2026-10-01', 1)).toMatchObject({
      due: '2026-10-02',
      notices: [],
      provisional: true,
    });
  });

  it('use what a neighbouring notice says about an unknown year', () => {
    const found = provisionalWorkingDays(calendarOf(upTo('cn-2019-v2')), '2018-12-28', 1);
    expect([found.due, found.notices, found.provisional]).toEqual(['2018-12-29', ['cn-2019-v2'], true]);
  });

  it('share one computation per calendar, day and n', () => {
    const once = provisionalWorkingDays(y2026(), '2026-03-02', 3);
    expect(provisionalWorkingDays(y2026(), '2026-03-02', 3)).toBe(once);
    expect(provisionalWorkingDays(y2026(), '2026-03-02', 5).due).toBe('2026-03-09');
    expect(provisionalWorkingDays(y2026(), '2026-03-03', 3).due).toBe('2026-03-06');
    expect(provisionalWorkingDays(calendarOf([]), '2026-03-02', 3)).not.toBe(once);
  });

  it('equal the public count wherever that is not refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2800 }), fc.integer({ min: 0, max: 25 }), (offset, n) => {
        const from = addDays('2019-01-01', offset);
        expect(provisionalWorkingDays(y2026(), from, n)).toEqual(workingDays(y2026(), from, n));
      }),
    );
  });
});

describe('properties of a count', () => {
  const days = fc.integer({ min: 0, max: 2800 }).map((offset) => addDays('2019-01-01', offset));
  const lengths = fc.integer({ min: 1, max: 30 });

  it('n days are counted, the last of them is due, and every calendar day up to it is listed once', () => {
    fc.assert(
      fc.property(days, lengths, (from, n) => {
        const { due, dueEndsBefore, computation } = workingDays(y2026(), from, n);
        expect(computation.filter(({ counted }) => counted)).toHaveLength(n);
        expect(computation.at(-1)).toMatchObject({ date: due, counted: true });
        expect(computation.map(({ date }) => date)).toEqual(computation.map((_, index) => addDays(from, index)));
        expect(dueEndsBefore).toBe(endOfDay(due));
      }),
    );
  });

  it('n + m days are n days and then m', () => {
    fc.assert(
      fc.property(days, lengths, lengths, (from, n, m) => {
        expect(provisionalWorkingDays(y2026(), from, n + m).due).toBe(
          provisionalWorkingDays(y2026(), provisionalWorkingDays(y2026(), from, n).due, m).due,
        );
      }),
    );
  });

  it('without notices only Saturdays and Sundays are skipped', () => {
    fc.assert(
      fc.property(days, lengths, (from, n) => {
        for (const { date, counted, why } of provisionalWorkingDays(calendarOf([]), from, n).computation.slice(1)) {
          expect([counted, why]).toEqual(weekdayOf(date) > 5 ? [false, 'weekend'] : [true, 'unknown-year']);
        }
      }),
    );
  });
});

describe('notices', () => {
  it('are picked by the day of their publication, that day included', () => {
    expect(noticesPublishedBy(shippedNotices, '2020-01-26').map(({ id }) => id)).toEqual([
      'cn-2019-v1',
      'cn-2019-v2',
      'cn-2020-v1',
    ]);
    expect(noticesPublishedBy(shippedNotices, '2020-01-27').map(({ id }) => id)).toContain('cn-2020-v2');
  });

  it('make one calendar per list', () => {
    const notices = upTo('cn-2026-v1');
    expect(calendarOf(notices)).toBe(calendarOf(notices));
  });
});

describe('the earliest day on which a change may take effect', () => {
  it.each([
    ['2026-03-10', 1, '2026-04-11'],
    ['2026-01-31', 1, '2026-03-01'],
    ['2024-01-31', 1, '2024-03-01'],
    ['2026-02-28', 1, '2026-03-29'],
    ['2025-12-15', 2, '2026-02-16'],
  ])('noticed on %s with %i month(s): %s', (noticeOn, months, earliest) => {
    expect(earliestEffective(noticeOn, months)).toBe(earliest);
  });
});
