import type { UpdateCycle } from './catalog-entry.ts';
import { addDays, civilDate, daysInMonth, partsOf, weekdayOf } from './time.ts';
import type { CivilDate } from './time.ts';

/** The last day of the period of `months` months (a divisor of 12, counted from January) that contains the date. */
const endOfMonths = (date: CivilDate, months: number): CivilDate => {
  const { year, month } = partsOf(date);
  const last = Math.ceil(month / months) * months;
  return civilDate(year, last, daysInMonth(year, last));
};

/** The last day of the 旬 (1–10, 11–20, 21–end) that contains the date. */
const endOfTenDays = (date: CivilDate): CivilDate => {
  const { year, month, day } = partsOf(date);
  if (day <= 10) return civilDate(year, month, 10);
  return day <= 20 ? civilDate(year, month, 20) : endOfMonths(date, 1);
};

/** The last day of the cycle's calendar period that contains the date. */
const PERIOD_END: Readonly<Record<UpdateCycle, ((date: CivilDate) => CivilDate) | null>> = {
  realtime: null,
  hourly: null,
  daily: (date) => date,
  weekly: (date) => addDays(date, 7 - weekdayOf(date)),
  'every-ten-days': endOfTenDays,
  monthly: (date) => endOfMonths(date, 1),
  quarterly: (date) => endOfMonths(date, 3),
  'half-yearly': (date) => endOfMonths(date, 6),
  yearly: (date) => endOfMonths(date, 12),
  irregular: null,
};

/** Whether the cycle has a calendar period: realtime, hourly and irregular have none. */
export const hasPeriod = (cycle: UpdateCycle): boolean => PERIOD_END[cycle] !== null;

/**
 * The due day of the next refresh: the end of the calendar period (day, ISO week, 旬, month, quarter, half-year, year)
 * after that of the last refresh (R26.1). Null for cycles that have no calendar period.
 */
export const endOfNextPeriod = (cycle: UpdateCycle, lastRefresh: CivilDate): CivilDate | null => {
  const periodEnd = PERIOD_END[cycle];
  return periodEnd === null ? null : periodEnd(addDays(periodEnd(lastRefresh), 1));
};
