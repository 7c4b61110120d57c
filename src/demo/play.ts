import type { CalendarNotice } from '../domain/calendar.ts';
import { addDays, instantOf, startOfDay, type CivilDate } from '../domain/time.ts';
import type { SimulatedClock } from '../infra/clock.ts';
import { dayPlan } from './day-plan.ts';
import type { Stage } from './stage.ts';
import { STORY } from './story.ts';
import { LAST_DAY, WAVES, type Task, type World } from './world.ts';

/** A day's independent commands go so many at a time. */
const AT_ONCE = 64;

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

/** Plays the days from `from` to the last one, wave by wave. Nothing real waits: the clock is set, never slept for. */
export const play = async (deps: PlayDeps, from: CivilDate): Promise<void> => {
  const { stage, world, clock } = deps;
  const begins = dayPlan(stage.city, stage.entries, deps.notices);
  const agenda = byDay(world.tasks);
  const put = (task: Task): void => {
    const tasks = agenda.get(task.day);
    if (tasks === undefined) agenda.set(task.day, [task]);
    else tasks.push(task);
  };

  const playWave = async (day: CivilDate, wave: number): Promise<void> => {
    const tasks = (agenda.get(day) ?? []).filter((task) => task.wave === wave);
    if (tasks.length === 0) return;
    const hour = WAVES[Math.min(wave, WAVES.length - 1)] ?? 9;
    for (let first = 0; first < tasks.length; first += AT_ONCE) {
      const at = Date.parse(startOfDay(day)) + hour * 3_600_000 + wave * 60_000 + (first / AT_ONCE) * 1_000;
      clock.set(instantOf(Math.max(at, Date.parse(clock.now()))));
      const group = tasks.slice(first, first + AT_ONCE);
      const next = await Promise.all(
        group.map((task) => {
          const act = STORY[task.kind];
          if (act === undefined) throw new Error(`nobody plays ${task.kind}`);
          return act(task, stage);
        }),
      );
      for (const task of next.flat()) put(task);
    }
  };

  for (let day = from; day <= LAST_DAY; day = addDays(day, 1)) {
    clock.set(startOfDay(day));
    await deps.drain();
    await deps.onDay(day);
    for (const task of begins(day, world)) put(task);
    const last = (): number => Math.max(-1, ...(agenda.get(day) ?? []).map(({ wave }) => wave));
    for (let wave = 0; wave <= last(); wave += 1) await playWave(day, wave);
    agenda.delete(day);
    world.tasks = [];
    deps.onProgress(day);
    if (day.endsWith('-28') || day === LAST_DAY) {
      world.tasks = [...agenda.values()].flat();
      deps.save(day);
    }
  }
};
