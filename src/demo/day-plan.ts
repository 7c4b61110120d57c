import { calendarOf, type CalendarNotice } from '../domain/calendar.ts';
import { addDays, civilDateOf, startOfDay, weekdayOf, type CivilDate } from '../domain/time.ts';
import { chanceOf } from './chance.ts';
import { FIRST_DAY, LAST_DAY, type City, type Entry, type Task, type World } from './world.ts';

const APPLICATIONS = 3_000;
const DIRECT_GRANTS = 260;
const CHANGES = 18;
/** Departments apply once the catalog has filled. */
const SHARING_FROM: CivilDate = '2025-01-02';
/** Entries are drafted over this many working days. */
const DRAFTING_DAYS = 45;

/** Whether people work on a day, by all the notices there are. */
export const isWorkday = (notices: readonly CalendarNotice[], date: CivilDate): boolean => {
  const noticed = calendarOf(notices).days.get(date);
  return noticed === undefined ? weekdayOf(date) <= 5 : noticed.why === 'make-up-workday';
};

const workdays = (notices: readonly CalendarNotice[], from: CivilDate, to: CivilDate): readonly CivilDate[] => {
  const days: CivilDate[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) if (isWorkday(notices, day)) days.push(day);
  return days;
};

/** Spreads `count` things evenly over days: how many fall on the n-th. */
const share = (count: number, days: number, n: number): number =>
  Math.floor((count * (n + 1)) / days) - Math.floor((count * n) / days);

/** The drafts with which the story begins. */
export const opening = (entries: ReadonlyMap<string, Entry>, notices: readonly CalendarNotice[]): Task[] => {
  const days = workdays(notices, addDays(FIRST_DAY, 3), LAST_DAY).slice(0, DRAFTING_DAYS);
  return [...entries.keys()].map((slug, index) => ({
    day: days[index % days.length] ?? FIRST_DAY,
    kind: 'draft',
    name: `draft ${slug}`,
    data: { slug },
  }));
};

export type DayPlan = (day: CivilDate, world: World) => readonly Task[];

/** What departments begin of their own accord on a working day. */
export const dayPlan = (city: City, entries: ReadonlyMap<string, Entry>, notices: readonly CalendarNotice[]): DayPlan => {
  const days = workdays(notices, SHARING_FROM, addDays(LAST_DAY, -1));
  const indexOf = new Map(days.map((day, index) => [day, index]));
  const applicants = city.departments.map(({ slug }) => slug);

  const requests = (kind: 'apply' | 'direct' | 'change', count: number, day: CivilDate, world: World): Task[] => {
    const wanted = kind === 'direct' ? 'unconditional' : 'conditional';
    const candidates = world.published.filter(({ shareType }) => shareType === wanted);
    if (candidates.length === 0) return [];
    return Array.from({ length: count }, (_, n) => {
      const name = `${kind} ${day} ${String(n)}`;
      const chance = chanceOf(name);
      const { slug, id } = chance.oneOf(candidates);
      const provider = entries.get(slug)?.provider;
      const applicant = chance.oneOf(applicants.filter((candidate) => candidate !== provider));
      return { day, kind, name, data: { slug, id, applicant } };
    });
  };

  const reports = (day: CivilDate, world: World): Task[] => {
    if (world.grants.length === 0) return [];
    const chance = chanceOf(`report ${day}`);
    const occurredAt = new Date(Date.parse(startOfDay(day)) + 8 * 3_600_000).toISOString();
    const records = Array.from({ length: Math.min(40, world.grants.length) }, () => {
      const { id, items, system } = chance.oneOf(world.grants);
      const operation = chance.weighted({ query: 60, compare: 25, download: 5, analyse: 10 });
      return { grantId: id, operation, items, count: chance.between(1, 400), outcome: 'completed', system, occurredAt };
    });
    return [{ day, kind: 'report', name: `report ${civilDateOf(occurredAt)}`, data: { records } }];
  };

  return (day, world) => {
    const n = indexOf.get(day);
    if (n === undefined) return [];
    const on = (count: number): number => share(count, days.length, n);
    return [
      ...requests('apply', on(APPLICATIONS), day, world),
      ...requests('direct', on(DIRECT_GRANTS), day, world),
      ...requests('change', on(CHANGES), day, world),
      ...reports(day, world),
    ];
  };
};
