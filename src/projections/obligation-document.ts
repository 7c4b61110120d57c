import { calendarOf, provisionalWorkingDays, type CalendarNotice, type CountedDay } from '../domain/calendar.ts';
import type { UpdateCycle } from '../domain/catalog-entry.ts';
import type { SubjectType, ViolationKind } from '../domain/duties.ts';
import type { Position } from '../domain/envelope.ts';
import type { ObligationKind, PackId, PolicyRule, RuleUnit } from '../domain/policy-pack.ts';
import { endOfNextPeriod } from '../domain/refresh-period.ts';
import { addDays, addMonths, civilDate, civilDateOf, endOfDay, partsOf, type CivilDate, type Instant } from '../domain/time.ts';
import type { Filter } from './filter.ts';
import { all, eq, gt, lte } from './filter.ts';

/** Which event, where and when. */
export type Evidence = { readonly eventId: string; readonly position: Position; readonly at: Instant };
/** A due end that a later notice moved away from (requirements §4): kept visible with what it rested on, and where it went. */
export type EarlierDue = {
  readonly dueEndsBefore: Instant;
  readonly calendarVersions: readonly string[];
  readonly extension: number;
  readonly movedBy: Evidence & { readonly notice: string };
  readonly movedTo: Instant;
};

/** One duty with one clock. Holds instants, never open, late or overdue (decision 9). */
export type ObligationDocument = {
  readonly id: string;
  /** `annulled-violation`: what a row had been, before a late notice made it timely again; counted nowhere. */
  readonly record: 'obligation' | 'annulled-violation';
  readonly obligation: string;
  readonly kind: ObligationKind;
  readonly article: string;
  readonly pack: PackId;
  readonly policyVersion: number;
  readonly violation: ViolationKind | null;
  readonly debtor: string | null;
  /** The mergers by which the duty came to its debtor, and from whom (R2.1); whose breach it was before stays whose it was. */
  readonly inherited: readonly (Evidence & { readonly from: string })[];
  readonly subject: { readonly type: SubjectType; readonly id: string };
  readonly resource: string | null;
  readonly round: number;
  readonly bornBy: Evidence;
  readonly startsOn: CivilDate;
  readonly term: {
    readonly value: number | null;
    readonly unit: RuleUnit | null;
    readonly extension: number;
    readonly cycle: UpdateCycle | null;
  };
  readonly dueOn: CivilDate | null;
  readonly dueEndsBefore: Instant | null;
  readonly provisional: boolean;
  readonly calendarVersions: readonly string[];
  readonly earlierDues: readonly EarlierDue[];
  readonly extendedBy: Evidence | null;
  readonly dischargedBy: Evidence | null;
  readonly voidedBy: Evidence | null;
};

/** Sorts after every due end there can be: a duty without a number is never late. */
export const NEVER: Instant = '9999-12-31T16:00:00.000Z';
export const dueOf = ({ dueEndsBefore }: ObligationDocument): Instant => dueEndsBefore ?? NEVER;

type Due = Pick<ObligationDocument, 'dueOn' | 'dueEndsBefore' | 'provisional' | 'calendarVersions'>;

const NO_DUE: Due = { dueOn: null, dueEndsBefore: null, provisional: false, calendarVersions: [] };

/** The last day of a term that needs no calendar: of a cycle's next period, of months, or of a year (R24.6). */
const lastDayOf = (
  startsOn: CivilDate,
  value: number | null,
  unit: RuleUnit | null,
  cycle: UpdateCycle | null,
): CivilDate | null => {
  if (unit === 'update-cycle') return cycle === null ? null : endOfNextPeriod(cycle, startsOn);
  if (value === null) return null;
  if (unit === 'year') return civilDate(partsOf(startsOn).year + value - 1, 12, 31);
  return addMonths(startsOn, value);
};

/** The due end of a term: computed, never typed in. A minimum (`at-least`) is a guard of somebody's act and has none. */
export const dueAfter = (
  startsOn: CivilDate,
  term: ObligationDocument['term'],
  rule: Pick<PolicyRule, 'bound'>,
  notices: readonly CalendarNotice[],
): Due => {
  const { value, unit, extension, cycle } = term;
  if (rule.bound === 'at-least') return NO_DUE;
  if (unit === 'working-day' && value !== null) {
    const {
      due,
      dueEndsBefore,
      provisional,
      notices: used,
    } = provisionalWorkingDays(calendarOf(notices), startsOn, value + extension);
    return { dueOn: due, dueEndsBefore, provisional, calendarVersions: used };
  }
  const dueOn = lastDayOf(startsOn, value, unit, cycle);
  return dueOn === null ? NO_DUE : { dueOn, dueEndsBefore: endOfDay(dueOn), provisional: false, calendarVersions: [] };
};

/**
 * The due end after a notice that came late. It may move either way, but what it moves never ends before 24:00 of the
 * day on which the notice was recorded: nobody is late by a day that was not known to count.
 */
export const movedDue = (before: Instant, computed: Instant, recordedAt: Instant): Instant => {
  const floor = endOfDay(civilDateOf(recordedAt));
  const notBefore = computed < floor ? floor : computed;
  if (computed > before) return notBefore;
  return notBefore < before ? notBefore : before;
};

/** The last civil day of a term that ends before an instant. */
export const lastDayBefore = (end: Instant): CivilDate => addDays(civilDateOf(end), -1);

/** Days that only an obligation has: the last of a period, and those given because a notice came late. */
type DayOfTerm = CountedDay | { readonly date: CivilDate; readonly counted: boolean; readonly why: 'end-of-cycle' | 'late-notice' };

/** The days up to the due end that no count gives: a notice that came late does not end a term before its own day is over. */
const givenDays = (counted: CivilDate, dueOn: CivilDate): readonly DayOfTerm[] => {
  const days: DayOfTerm[] = [];
  for (let date = addDays(counted, 1); date <= dueOn; date = addDays(date, 1))
    days.push({ date, counted: false, why: 'late-notice' });
  return days;
};

/**
 * Every day of the term with why it counted, computed again from the notices that the due end rests on. Terms on a
 * cycle, and of months or years, are counted in calendar periods: first and last day say all.
 */
export const explain = (
  { startsOn, dueOn, term, calendarVersions }: Pick<ObligationDocument, 'startsOn' | 'dueOn' | 'term' | 'calendarVersions'>,
  notices: readonly CalendarNotice[],
): readonly DayOfTerm[] => {
  const { value, unit, extension } = term;
  if (unit === 'working-day' && value !== null) {
    const used = notices.filter(({ id }) => calendarVersions.includes(id));
    const { due, computation } = provisionalWorkingDays(calendarOf(used), startsOn, value + extension);
    return dueOn === null ? computation : [...computation, ...givenDays(due, dueOn)];
  }
  const begin = { date: startsOn, counted: false, why: 'receipt-day', notice: null } as const;
  return dueOn === null ? [begin] : [begin, { date: dueOn, counted: true, why: 'end-of-cycle' }];
};

/** The same for a due end that a late notice moved away from: the computation that it rested on (requirements §4). */
export const explainEarlier = (
  { startsOn, term }: Pick<ObligationDocument, 'startsOn' | 'term'>,
  { dueEndsBefore, calendarVersions, extension }: EarlierDue,
  notices: readonly CalendarNotice[],
): readonly DayOfTerm[] =>
  explain({ startsOn, dueOn: lastDayBefore(dueEndsBefore), term: { ...term, extension }, calendarVersions }, notices);

export const OBLIGATION_STATES = ['open', 'met', 'late', 'overdue', 'void'] as const;
export type ObligationState = (typeof OBLIGATION_STATES)[number];

export const isOpen = ({ dischargedBy, voidedBy }: ObligationDocument): boolean => dischargedBy === null && voidedBy === null;
/** Discharged at or after the due end: 24:00 of the last day is too late. */
export const isLate = (doc: ObligationDocument): boolean => doc.dischargedBy !== null && doc.dischargedBy.at >= dueOf(doc);

/** Ended without an act, but not before the due end had passed: nothing is owed any more, and the breach remains. */
export const isBrokenOff = (doc: ObligationDocument): boolean => doc.voidedBy !== null && doc.voidedBy.at >= dueOf(doc);

/** What a duty is at an instant: one definition, in memory here and as a filter below (decision 9). */
export const stateOf = (doc: ObligationDocument, clock: Instant): ObligationState => {
  if (doc.voidedBy !== null) return 'void';
  if (doc.dischargedBy !== null) return isLate(doc) ? 'late' : 'met';
  return dueOf(doc) <= clock ? 'overdue' : 'open';
};

export const stateFilter = (state: ObligationState, clock: Instant): Filter => {
  switch (state) {
    case 'open':
      return all(eq('open', true), gt('due', clock));
    case 'overdue':
      return all(eq('open', true), lte('due', clock));
    case 'met':
      return eq('ended', 'met');
    case 'late':
      return eq('ended', 'late');
    case 'void':
      return eq('ended', 'void');
  }
};

/** What can be said of a row without a clock: the fields of `stateFilter`. */
export const endedAs = (doc: ObligationDocument): 'met' | 'late' | 'void' | null => {
  if (isOpen(doc)) return null;
  if (doc.voidedBy !== null) return 'void';
  return isLate(doc) ? 'late' : 'met';
};
