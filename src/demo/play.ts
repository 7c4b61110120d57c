import type { CalendarNotice } from '../domain/calendar.ts';
import { addDays, instantOf, laterOf, startOfDay, type CivilDate } from '../domain/time.ts';
import type { SimulatedClock } from '../infra/clock.ts';
import { dayPlan } from './day-plan.ts';
import type { Stage } from './stage.ts';
import { STORY } from './story.ts';
import { LAST_DAY, type Task, type World } from './world.ts';

/** A day's independent commands go so many at a time. */
const AT_ONCE = 64;
/** When people begin to act on a day (Asia/Shanghai), and how long after one group the next does. Milliseconds. */
const OPENING = 9 * 3_600_000;
const BETWEEN = 15 * 60_000;

export type PlayDeps = {
  readonly stage: Stage;
  readonly world: World;
  readonly notices: readonly CalendarNotice[];
  readonly clock: SimulatedClock;
  /** Runs what falls due before the clock passes it (decision 8). */
  readonly drain: () => Promise<void>;
  /** Things that happen on a day outside the departments: a notice that comes late. */
  readonly onDay: (day: CivilDate) => Promise<void>;
  readonly onProgress: (day: CivilDate) => void;
  /** The play can go on from here: everything up to and with this day is done. */
  readonly save: (day: CivilDate) => void;
};

/** Tasks by day, so that a day is found without looking at all that is to come. */
const byDay = (tasks: readonly Task[]): Map<CivilDate, Task[]> => {
  const days = new Map<CivilDate, Task[]>();
  for (const task of tasks) days.set(task.day, [...(days.get(task.day) ?? []), task]);
  return days;
};

/** Tasks that name an entry and begin a thing of their own about it: they change nothing that others of them rest on. */
const BEGINNING = ['apply', 'direct'];

const dependOnOneAnother = (one: Task, other: Task): boolean =>
  (one.data['id'] ?? one.name) === (other.data['id'] ?? other.name) &&
  !(BEGINNING.includes(one.kind) && BEGINNING.includes(other.kind));

/** As many of the tasks as may go at once: none that follows another about the same thing, but where each begins its own. */
const independent = (tasks: readonly Task[]): readonly Task[] =>
  tasks.filter((task, index) => !tasks.slice(0, index).some((earlier) => dependOnOneAnother(earlier, task))).slice(0, AT_ONCE);

/** Plays the days from `from` to the last one, group by group. Nothing real waits: the clock is set, never slept for. */
export const play = async (deps: PlayDeps, from: CivilDate): Promise<void> => {
  const { stage, world, clock } = deps;
  const begins = dayPlan(stage.city, stage.entries, deps.notices);
  const agenda = byDay(world.tasks);
  const put = (task: Task): void => {
    const tasks = agenda.get(task.day);
    if (tasks === undefined) agenda.set(task.day, [task]);
    else tasks.push(task);
  };

  const playGroup = async (group: readonly Task[]): Promise<void> => {
    const next = await Promise.all(
      group.map((task) => {
        const act = STORY[task.kind];
        if (act === undefined) throw new Error(`nobody plays ${task.kind}`);
        return act(task, stage);
      }),
    );
    for (const task of next.flat()) put(task);
  };

  /** A day's tasks, and what follows from them on the same day, group by group, a quarter of an hour between two. */
  const playDay = async (day: CivilDate): Promise<void> => {
    for (let played = 0; ; played += 1) {
      const tasks = agenda.get(day) ?? [];
      const group = independent(tasks);
      if (group.length === 0) return;
      agenda.set(day, tasks.filter((task) => !group.includes(task))); // prettier-ignore
      const at = Date.parse(startOfDay(day)) + OPENING + played * BETWEEN;
      clock.set(laterOf(instantOf(at), clock.now()));
      await playGroup(group);
    }
  };

  for (let day = from; day <= LAST_DAY; day = addDays(day, 1)) {
    clock.set(startOfDay(day));
    await deps.drain();
    await deps.onDay(day);
    for (const task of begins(day, world)) put(task);
    await playDay(day);
    agenda.delete(day);
    world.tasks = [];
    deps.onProgress(day);
    if (day.endsWith('-28') || day === LAST_DAY) {
      world.tasks = [...agenda.values()].flat();
      deps.save(day);
    }
  }
};
