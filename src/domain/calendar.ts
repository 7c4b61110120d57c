import { ensure } from './domain-error.ts';
import { addDays, addMonths, endOfDay, weekdayOf } from './time.ts';
import type { CivilDate, Instant } from './time.ts';

/** A State Council holiday notice: the complete list of its year as it stands after it (data/calendar-notices.json). */
export type CalendarNotice = {
  readonly id: string;
  readonly year: number;
  readonly version: number;
  readonly documentNumber: string;
  readonly title: string;
  readonly publishedOn: CivilDate;
  readonly offDays: readonly CivilDate[];
  readonly makeUpWorkdays: readonly CivilDate[];
};

/** A day that a notice takes out of the plain week: off, or a weekend day to be worked. */
type NoticedDay = { readonly why: 'off-day' | 'make-up-workday'; readonly notice: string };

/** The working days as the latest version of each year's notice makes them. */
export type Calendar = {
  /** The notice that speaks for each known year. */
  readonly years: ReadonlyMap<number, CalendarNotice>;
  readonly days: ReadonlyMap<CivilDate, NoticedDay>;
};

/** Why a day was counted or skipped. `unknown-year`: a plain weekday of a year without a notice, counted provisionally. */
export type DayReason = 'receipt-day' | 'working-day' | 'weekend' | 'off-day' | 'make-up-workday' | 'unknown-year';
/** One day of a computation; `notice` is the notice that names the day, where one does. */
export type CountedDay = {
  readonly date: CivilDate;
  readonly counted: boolean;
  readonly why: DayReason;
  readonly notice: string | null;
};

/** A term in working days that explains itself. An act is in time iff `at < dueEndsBefore`. */
export type WorkingDays = {
  readonly due: CivilDate;
  readonly dueEndsBefore: Instant;
  /** Ids of the notices that the count rests on, in the order of their first use. */
  readonly notices: readonly string[];
  /** A notice that is still to come may move the due day. */
  readonly provisional: boolean;
  readonly computation: readonly CountedDay[];
};

/** The notices that had been published by the end of a date. */
export const noticesPublishedBy = (notices: readonly CalendarNotice[], date: CivilDate): readonly CalendarNotice[] =>
  notices.filter(({ publishedOn }) => publishedOn <= date);

const buildCalendar = (notices: readonly CalendarNotice[]): Calendar => {
  const years = new Map<number, CalendarNotice>();
  for (const notice of notices) {
    const known = years.get(notice.year);
    if (known === undefined || known.version <= notice.version) years.set(notice.year, notice);
  }
  // A notice may fix days of a neighbouring year (2022-12-31 in the notice of 2023): the later year's notice is the newer word.
  const days = new Map<CivilDate, NoticedDay>();
  for (const { id, offDays, makeUpWorkdays } of [...years.values()].sort((a, b) => a.year - b.year)) {
    for (const day of offDays) days.set(day, { why: 'off-day', notice: id });
    for (const day of makeUpWorkdays) days.set(day, { why: 'make-up-workday', notice: id });
  }
  return { years, days };
};

const calendars = new WeakMap<readonly CalendarNotice[], Calendar>();

/** The calendar of a list of notices: the latest version per year wins. Built once per list (by identity). */
export const calendarOf = (notices: readonly CalendarNotice[]): Calendar => {
  const known = calendars.get(notices);
  if (known !== undefined) return known;
  const built = buildCalendar(notices);
  calendars.set(notices, built);
  return built;
};

const yearOf = (date: CivilDate): number => Number(date.slice(0, 4));

/** The first day that a next year's notice has ever fixed: 29 December (2018). Until it is known, the rest of December may move. */
const YEAR_END_FROM = '12-29';

const isUnsettled = ({ years }: Calendar, date: CivilDate): boolean =>
  !years.has(yearOf(date)) || (date.slice(5) >= YEAR_END_FROM && !years.has(yearOf(date) + 1));

const reasonOf = (
  calendar: Calendar,
  date: CivilDate,
): { readonly counted: boolean; readonly why: DayReason; readonly notice: string | null } => {
  const noticed = calendar.days.get(date);
  if (noticed !== undefined) return { counted: noticed.why === 'make-up-workday', ...noticed };
  if (weekdayOf(date) > 5) return { counted: false, why: 'weekend', notice: null };
  return { counted: true, why: calendar.years.has(yearOf(date)) ? 'working-day' : 'unknown-year', notice: null };
};

/**
 * Walks from the receipt day, which is not counted, to the n-th working day after it; n = 0 gives the receipt day itself.
 * `visit` sees each day before it is judged and may refuse it.
 */
const walk = (calendar: Calendar, from: CivilDate, n: number, visit: (date: CivilDate) => void): WorkingDays => {
  visit(from);
  const computation: CountedDay[] = [{ date: from, counted: false, why: 'receipt-day', notice: null }];
  let due = from;
  let counted = 0;
  while (counted < n) {
    due = addDays(due, 1);
    visit(due);
    const day = { date: due, ...reasonOf(calendar, due) };
    computation.push(day);
    if (day.counted) counted += 1;
  }
  const notices = new Set<string>();
  for (const { date, notice } of computation) {
    const ofYear = calendar.years.get(yearOf(date));
    if (ofYear !== undefined) notices.add(ofYear.id);
    if (notice !== null) notices.add(notice);
  }
  const provisional = computation.some(({ date, why }) => why !== 'receipt-day' && isUnsettled(calendar, date));
  return { due, dueEndsBefore: endOfDay(due), notices: [...notices], provisional, computation };
};

/**
 * The n-th working day after the day of receipt, day by day (requirements §4; Civil Code art. 201–203 by analogy).
 * Throws `calendar-unknown` with `firstUnknownDay` when a day of the count lies in a year without a notice.
 */
export const workingDays = (calendar: Calendar, from: CivilDate, n: number): WorkingDays =>
  walk(calendar, from, n, (date) => {
    ensure(calendar.years.has(yearOf(date)), 'calendar-unknown', { firstUnknownDay: date });
  });

const takeAsItIs = (): void => undefined;

const computed = new WeakMap<Calendar, Map<string, WorkingDays>>();

/**
 * The same count for obligations, which are never refused for want of a calendar: a year without a notice runs on plain
 * weekdays and makes the result provisional. Remembered per calendar, day and n, so that a hundred thousand obligations
 * share a few thousand computations.
 */
export const provisionalWorkingDays = (calendar: Calendar, from: CivilDate, n: number): WorkingDays => {
  let known = computed.get(calendar);
  if (known === undefined) computed.set(calendar, (known = new Map<string, WorkingDays>()));
  const key = `${from}+${String(n)}`;
  let result = known.get(key);
  if (result === undefined) known.set(key, (result = walk(calendar, from, n, takeAsItIs)));
  return result;
};

/** The first day on which a change may take effect: the day after the corresponding date, no roll over rest days (R9.1). */
export const earliestEffective = (noticeOn: CivilDate, months: number): CivilDate => addDays(addMonths(noticeOn, months), 1);
