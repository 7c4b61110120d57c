import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Answer, Client } from '../../src/demo/client.ts';
import { play } from '../../src/demo/play.ts';
import { LAST_DAY, type City, type Entry, type Task, type World } from '../../src/demo/world.ts';
import { createSimulatedClock } from '../../src/infra/clock.ts';
import { startOfDay } from '../../src/domain/time.ts';
import { entryOf } from '../support/entries.ts';

const DEPARTMENT = { slug: 'office', id: 'office', name: 'office', officer: 'officer', chief: 'chief' };
const CITY: City = {
  administrators: ['', ''],
  leadOfficers: ['', ''],
  operators: ['', ''],
  assessor: '',
  auditor: '',
  gateway: '',
  departments: [DEPARTMENT, { ...DEPARTMENT, slug: 'provider' }],
};
const ENTRY: Entry = { slug: 'entry', provider: 'provider', entry: entryOf() };
/** Nothing follows from what is refused. */
const REFUSED: Answer = { status: 409, id: '', revision: -1, events: [], position: 1, code: 'refused' };

/** A withdrawal of an application: one command, from which nothing follows. */
const withdrawal = (id: string, name: string): Task => ({
  day: LAST_DAY,
  kind: 'withdraw',
  name,
  data: { id, applicant: DEPARTMENT.slug },
});

/** What somebody begins about an entry, or a change of it. */
const about = (kind: 'apply' | 'direct' | 'change', name: string, id = 'e'): Task => ({
  day: LAST_DAY,
  kind,
  name,
  data: { slug: ENTRY.slug, id, applicant: DEPARTMENT.slug },
});

/** Plays the last day with these tasks; the paths of commands that were under way together, group by group, with the time. */
const groupsOf = async (tasks: readonly Task[]): Promise<readonly { at: string; paths: readonly string[] }[]> => {
  const clock = createSimulatedClock(startOfDay(LAST_DAY));
  const groups: { at: string; paths: string[] }[] = [];
  let together: string[] | undefined;
  const client: Client = {
    post: async (_account, path) => {
      if (together === undefined) {
        together = [];
        groups.push({ at: clock.now(), paths: together });
      }
      together.push(path);
      await turn();
      together = undefined;
      return REFUSED;
    },
    put: () => Promise.resolve(REFUSED),
    get: () => Promise.reject(new Error('nothing is read')),
    counts: () => ({ succeeded: 0, refused: {} }),
  };
  const world: World = { city: CITY, tasks: [...tasks], published: [], grants: [] };
  const nothing = (): void => undefined;
  await play(
    {
      stage: { client, city: CITY, entries: new Map([[ENTRY.slug, ENTRY]]), notices: [], onPublished: nothing, onGrant: nothing },
      world,
      notices: [],
      clock,
      drain: () => Promise.resolve(),
      onDay: () => Promise.resolve(),
      onProgress: nothing,
      save: nothing,
    },
    LAST_DAY,
  );
  return groups;
};

describe('the play of a day', () => {
  it('lets independent tasks go together, 64 at a time, a quarter of an hour between two groups', async () => {
    const groups = await groupsOf(Array.from({ length: 100 }, (_, n) => withdrawal(`a${String(n)}`, `t${String(n)}`)));
    expect(groups.map(({ at, paths }) => [at, paths.length])).toEqual([
      ['2026-10-31T01:00:00.000Z', 64],
      ['2026-10-31T01:15:00.000Z', 36],
    ]);
  });

  it('lets no two tasks about one thing go together, and keeps their order', async () => {
    const groups = await groupsOf([withdrawal('a', 'first'), withdrawal('b', 'other'), withdrawal('a', 'second')]);
    expect(groups.map(({ paths }) => paths)).toEqual([
      ['/applications/a/withdraw', '/applications/b/withdraw'],
      ['/applications/a/withdraw'],
    ]);
  });

  it('lets applications and direct grants about one entry go together, since each is a thing of its own', async () => {
    const groups = await groupsOf([
      about('apply', 'one'),
      about('apply', 'two'),
      about('direct', 'three'),
      about('apply', 'other', 'f'),
    ]);
    expect(groups.map(({ paths }) => paths)).toEqual([['/applications', '/applications', '/grants', '/applications']]);
  });

  it('keeps a change of an entry apart from what others begin about it, in the order of the tasks', async () => {
    const groups = await groupsOf([
      about('apply', 'before'),
      about('change', 'change'),
      about('apply', 'after'),
      about('change', 'next'),
    ]);
    expect(groups.map(({ paths }) => paths)).toEqual([['/applications'], ['/resources/e/changes'], ['/applications'], ['/resources/e/changes']]); // prettier-ignore
  });
});
