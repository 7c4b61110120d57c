import { calendarOf, workingDays, type CalendarNotice } from '../domain/calendar.ts';
import type { CivilDate } from '../domain/time.ts';
import type { Answer, Client } from './client.ts';
import type { City, Department, Entry, Published, Task } from './world.ts';

/** What a task may use. */
export type Stage = {
  readonly client: Client;
  readonly city: City;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly notices: readonly CalendarNotice[];
  readonly onPublished: (published: Published) => void;
  readonly onGrant: (grant: { id: string; items: readonly string[]; system: string }) => void;
};
export type Play = (task: Task, stage: Stage) => Promise<readonly Task[]>;

export const departmentOf = (stage: Stage, slug: string): Department => {
  const found = stage.city.departments.find((department) => department.slug === slug);
  if (found === undefined) throw new Error(`no department ${slug}`);
  return found;
};
export const entryOf = (stage: Stage, slug: string): Entry => {
  const found = stage.entries.get(slug);
  if (found === undefined) throw new Error(`no entry ${slug}`);
  return found;
};

/** The n-th working day after a day, by all the notices there are. */
export const working = (stage: Stage, from: CivilDate, n: number): CivilDate =>
  n === 0 ? from : workingDays(calendarOf(stage.notices), from, n).due;

export const later = (task: Task, day: CivilDate, kind: string, data: Readonly<Record<string, unknown>>, suffix = kind): Task => ({
  day: day < task.day ? task.day : day,
  kind,
  name: `${task.name}/${suffix}`,
  data,
});

export const done = ({ code }: Answer): boolean => code === null;
type Data = Readonly<{
  slug: string;
  id: string;
  revision: number;
  applicant: string;
  items: readonly string[];
  round: number;
  n: number;
  position: number;
}>;
export const dataOf = (task: Task): Data => task.data as Data;
export const COMMENT = { comment: null };

export const chief = (stage: Stage, slug: string): string => departmentOf(stage, entryOf(stage, slug).provider).chief;
export const officer = (stage: Stage, slug: string): string => departmentOf(stage, entryOf(stage, slug).provider).officer;
