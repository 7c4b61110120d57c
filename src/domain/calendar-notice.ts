import { isAccount } from './actor.ts';
import type { CalendarNotice } from './calendar.ts';
import { canonicalJson } from './canonical-json.ts';
import { ensure } from './domain-error.ts';
import type { Command, Decider } from './decider.ts';
import type { NoticeEvent } from './events/law.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';
import { isCivilDate, weekdayOf } from './time.ts';
import type { CivilDate } from './time.ts';

export type NoticeCommand =
  | Command<'ProposeCalendarNotice', { readonly notice: CalendarNotice }>
  | Command<'ConfirmCalendarNotice', Readonly<Record<string, never>>>;

export type NoticeState =
  | { readonly status: 'unknown' }
  | { readonly status: 'proposed'; readonly notice: CalendarNotice; readonly proposedBy: string }
  | { readonly status: 'confirmed'; readonly notice: CalendarNotice };

const ID = /^[A-Za-z0-9_.-]{1,100}$/;
/** Years for which holidays by State Council notice are thinkable: the practice began with 2000. */
const YEARS = { first: 2000, last: 2100 };

const yearOf = (date: CivilDate): number => Number(date.slice(0, 4));

const checkHead = ({ id, year, version, publishedOn, ...texts }: CalendarNotice): readonly Fault[] => [
  ...fault(!ID.test(id), 'id', 'must be letters, digits, dots and hyphens'),
  ...fault(!Number.isInteger(year) || year < YEARS.first || year > YEARS.last, 'year', 'is not plausible'),
  ...fault(!Number.isInteger(version) || version < 1, 'version', 'must be a positive integer'),
  ...(['documentNumber', 'title'] as const).flatMap((name) => fault(texts[name] === '', name, 'is missing')),
  ...(isCivilDate(publishedOn)
    ? fault(yearOf(publishedOn) < year - 1 || yearOf(publishedOn) > year, 'publishedOn', 'must lie in the year or the one before')
    : fault(true, 'publishedOn', 'must be a date')),
];

/** A day may lie in a neighbouring year: the notice of 2019 made 2018-12-29 a working day. */
const checkDay = (year: number, day: CivilDate, path: string): readonly Fault[] =>
  isCivilDate(day)
    ? fault(Math.abs(yearOf(day) - year) > 1, path, 'is not near the year of the notice')
    : fault(true, path, 'must be a date');

const checkDays = (
  { year, ...lists }: CalendarNotice,
  name: 'offDays' | 'makeUpWorkdays',
  check: (day: CivilDate, path: string) => readonly Fault[],
): readonly Fault[] =>
  lists[name].flatMap((day, index) => {
    const path = `${name}.${String(index)}`;
    const faults = checkDay(year, day, path);
    return faults.length > 0
      ? faults
      : [...fault(lists[name].indexOf(day) !== index, path, 'stands there twice'), ...check(day, path)];
  });

/** Everything that is wrong with a notice; empty when it can be proposed. */
export const checkNotice = (notice: CalendarNotice): readonly Fault[] => [
  ...checkHead(notice),
  ...checkDays(notice, 'offDays', () => []),
  ...checkDays(notice, 'makeUpWorkdays', (day, path) => [
    ...fault(weekdayOf(day) < 6, path, 'is not a Saturday or Sunday'),
    ...fault(notice.offDays.includes(day), path, 'is a day off too'),
  ]),
];

/** A newer proposal supersedes a pending one; a confirmed notice is amended by a notice of its own, with a higher version. */
const propose = (state: NoticeState, notice: CalendarNotice): readonly NoticeEvent[] => {
  const errors = checkNotice(notice);
  ensure(errors.length === 0, 'notice.invalid', { errors });
  if (state.status !== 'unknown' && canonicalJson(state.notice) === canonicalJson(notice)) return [];
  ensure(state.status !== 'confirmed', 'notice.already-confirmed');
  return [{ type: 'CalendarNoticeProposed', data: { notice } }];
};

const confirm = (state: NoticeState, { actor }: NoticeCommand): readonly NoticeEvent[] => {
  if (state.status === 'confirmed') return [];
  ensure(state.status === 'proposed', 'notice.nothing-proposed');
  ensure(!isAccount(actor) || actor.account !== state.proposedBy, 'notice.same-person', { proposedBy: state.proposedBy });
  return [{ type: 'CalendarNoticeConfirmed', data: { notice: state.notice } }];
};

/** A State Council holiday notice: one lead-office account proposes, another confirms (decision 22). Stream `notice-<id>`. */
export const calendarNoticeDecider: Decider<NoticeState, NoticeCommand, NoticeEvent> = {
  category: 'notice',
  initialState: () => ({ status: 'unknown' }),
  decide: (command, state) =>
    command.type === 'ProposeCalendarNotice' ? propose(state, command.data.notice) : confirm(state, command),
  evolve: (_state, { type, data: { notice }, actor }) =>
    type === 'CalendarNoticeProposed' ? { status: 'proposed', notice, proposedBy: actor } : { status: 'confirmed', notice },
};
