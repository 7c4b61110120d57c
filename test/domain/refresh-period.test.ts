import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UPDATE_CYCLES } from '../../src/domain/catalog-entry.ts';
import { endOfNextPeriod } from '../../src/domain/refresh-period.ts';
import { addDays } from '../../src/domain/time.ts';

describe('the end of the next refresh period (R26.1)', () => {
  it.each([
    ['daily', '2026-02-28', '2026-03-01'],
    ['weekly', '2026-01-01', '2026-01-11'],
    ['weekly', '2026-01-04', '2026-01-11'],
    ['weekly', '2026-01-05', '2026-01-18'],
    ['every-ten-days', '2026-02-01', '2026-02-20'],
    ['every-ten-days', '2026-02-10', '2026-02-20'],
    ['every-ten-days', '2026-02-11', '2026-02-28'],
    ['every-ten-days', '2026-02-20', '2026-02-28'],
    ['every-ten-days', '2024-02-12', '2024-02-29'],
    ['every-ten-days', '2026-12-31', '2027-01-10'],
    ['monthly', '2026-01-31', '2026-02-28'],
    ['monthly', '2026-12-01', '2027-01-31'],
    ['quarterly', '2026-03-31', '2026-06-30'],
    ['quarterly', '2026-04-01', '2026-09-30'],
    ['quarterly', '2026-10-09', '2027-03-31'],
    ['half-yearly', '2026-06-30', '2026-12-31'],
    ['half-yearly', '2026-07-01', '2027-06-30'],
    ['yearly', '2026-01-01', '2027-12-31'],
  ] as const)('%s, last refreshed on %s: %s', (cycle, last, due) => {
    expect(endOfNextPeriod(cycle, last)).toBe(due);
  });

  it.each(['realtime', 'hourly', 'irregular'] as const)('%s has no calendar period', (cycle) => {
    expect(endOfNextPeriod(cycle, '2026-05-05')).toBeNull();
  });

  it('a refresh on the due day begins the period after it, and a later refresh is never due earlier', () => {
    const dates = fc.integer({ min: 0, max: 4000 }).map((offset) => addDays('2019-12-06', offset));
    fc.assert(
      fc.property(fc.constantFrom(...UPDATE_CYCLES), dates, fc.integer({ min: 0, max: 400 }), (cycle, last, later) => {
        const due = endOfNextPeriod(cycle, last);
        if (due === null) return;
        expect(due > last).toBe(true);
        expect(endOfNextPeriod(cycle, due)! > due).toBe(true);
        expect(endOfNextPeriod(cycle, addDays(last, later))! >= due).toBe(true);
      }),
    );
  });
});
