/**
 * Instants and civil dates. All law time is Asia/Shanghai, which has been UTC+8 without daylight saving since 1991,
 * so a fixed offset is exact for every date this service handles. Nothing here reads a clock.
 */

/** ISO 8601 in UTC with milliseconds, e.g. `2026-11-22T08:00:00.000Z`; text order is time order. */
export type Instant = string;
/** A civil date in Asia/Shanghai, `YYYY-MM-DD`. */
export type CivilDate = string;

const SHANGHAI_OFFSET = 8 * 3_600_000;
const DAY = 86_400_000;

/** The instant of a number of milliseconds since the epoch. */
export const instantOf = (milliseconds: number): Instant => new Date(milliseconds).toISOString();

/** Milliseconds since the epoch. */
export const millisecondsOf = (instant: Instant): number => Date.parse(instant);

/** The civil date in Asia/Shanghai that contains the instant. */
export const civilDateOf = (instant: Instant): CivilDate =>
  new Date(Date.parse(instant) + SHANGHAI_OFFSET).toISOString().slice(0, 10);

/** 00:00 Asia/Shanghai of the date. */
export const startOfDay = (date: CivilDate): Instant => instantOf(Date.parse(`${date}T00:00:00.000Z`) - SHANGHAI_OFFSET);

/** 00:00 Asia/Shanghai of the next date: an act is in time iff `at < endOfDay(due)`. */
export const endOfDay = (date: CivilDate): Instant => startOfDay(addDays(date, 1));

/** The date `days` later (earlier when negative). */
export const addDays = (date: CivilDate, days: number): CivilDate =>
  new Date(Date.parse(`${date}T00:00:00.000Z`) + days * DAY).toISOString().slice(0, 10);

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (date: CivilDate): number => {
  const day = new Date(`${date}T00:00:00.000Z`).getUTCDay();
  return day === 0 ? 7 : day;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** The date of a year, month (1–12) and day. */
export const civilDate = (year: number, month: number, day: number): CivilDate =>
  `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;

/** Year, month (1–12) and day of a date. */
export const partsOf = (date: CivilDate): { year: number; month: number; day: number } => ({
  year: Number(date.slice(0, 4)),
  month: Number(date.slice(5, 7)),
  day: Number(date.slice(8, 10)),
});

/** Days in a month (1–12). */
export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The corresponding date `months` later, or the month's end where there is none (Civil Code art. 202). */
export const addMonths = (date: CivilDate, months: number): CivilDate => {
  const { year, month, day } = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  const [targetYear, targetMonth] = [Math.floor(index / 12), (index % 12) + 1];
  return civilDate(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
};

/** The later of two instants. */
export const laterOf = (a: Instant, b: Instant): Instant => (a < b ? b : a);

/**
 * Is the date of a year that the service takes, 0001–9998? What it adds to one, a year at most to what lies ahead, still has
 * four digits: beyond them text order is no longer time order.
 */
export const isRecordableDate = (date: CivilDate): boolean => /^\d{4}-/.test(date) && date >= '0001' && date < '9999';

/** Is the instant of such a year in UTC, and of such a date in Shanghai? */
export const isRecordableInstant = (instant: Instant): boolean =>
  isRecordableDate(instant.slice(0, 10)) && isRecordableDate(civilDateOf(instant));

/** Is the text a date that exists, `YYYY-MM-DD`? */
export const isCivilDate = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00.000Z`);
  return /^\d/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
};
