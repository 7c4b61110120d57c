import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createTables } from '../../../src/infra/sqlite/log-tables.ts';
import { groupWriter } from '../../../src/infra/sqlite/log-writer.ts';
import { openSqlite, type Sqlite } from '../../../src/infra/sqlite/database.ts';
import { createStreamEnds } from '../../../src/infra/sqlite/stream-ends.ts';

const STREAMS = ['login-a', 'login-b', 'login-c'] as const;
type Step =
  | { readonly does: 'append'; readonly stream: string; readonly events: number; readonly own: boolean }
  | { readonly does: 'tell' | 'turn' }
  | { readonly does: 'read'; readonly stream: string };

const stream = fc.constantFrom(...STREAMS);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('append' as const), stream, events: fc.integer({ min: 1, max: 3 }), own: fc.boolean() }),
  fc.record({ does: fc.constantFrom('tell' as const, 'turn' as const) }),
  fc.record({ does: fc.constant('read' as const), stream }),
);

describe('stream ends', () => {
  const open: Sqlite[] = [];
  const emptyLog = (): Sqlite => {
    const db = openSqlite(':memory:');
    createTables(db);
    open.push(db);
    return db;
  };
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
  });

  /** A log with one connection: what this process and another appended, and what this one was told of it so far. */
  const scene = () => {
    const db = emptyLog();
    const write = groupWriter(db);
    const ends = createStreamEnds(
      db,
      () => (db.prepare('SELECT max(position) AS p FROM events').get() as { p: number | null }).p ?? -1,
    );
    const last = new Map<string, number>(STREAMS.map((name) => [name, -1]));
    let untold: (() => void)[] = [];
    let made = 0;
    return {
      ends,
      last,
      append: (name: string, events: number, own: boolean): void => {
        const expected = last.get(name) ?? -1;
        const given = Array.from({ length: events }, () => ({ id: String((made += 1)), type: 't', at: '', text: '{}' }));
        const [outcome] = write([{ stream: name, expected, events: given }]);
        if (outcome?.done !== true) throw new Error(JSON.stringify(outcome));
        const { revision, position } = outcome;
        last.set(name, revision);
        if (own) untold.push(() => { ends.appended(name, revision, position, events); }); // prettier-ignore
      },
      tell: (): void => {
        for (const told of untold) told();
        untold = [];
      },
    };
  };

  it('never take a stream for ended that went on, whoever appended and however late it was told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { ends, last, append, tell } = scene();
        for (const made of steps) {
          if (made.does === 'append') append(made.stream, made.events, made.own);
          if (made.does === 'tell') tell();
          if (made.does === 'turn') await turn();
          if (made.does === 'read') ends.found(made.stream, last.get(made.stream) ?? -1);
          // What was appended in this very turn need not be seen before the next.
          if (made.does !== 'turn') continue;
          for (const [name, revision] of last) if (revision >= 0) expect(ends.endsAt(name, revision - 1)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('know a stream that was read, through own and foreign appends', async () => {
    const { ends, append, tell } = scene();
    expect(ends.endsAt('login-a', -1)).toBe(false);
    ends.found('login-a', -1);
    expect(ends.endsAt('login-a', -1)).toBe(true);
    append('login-a', 2, true);
    tell();
    expect([ends.endsAt('login-a', 0), ends.endsAt('login-a', 1)]).toEqual([false, true]);
    append('login-a', 1, false);
    await turn();
    expect([ends.endsAt('login-a', 1), ends.endsAt('login-a', 2)]).toEqual([false, true]);
    append('login-b', 1, true);
    tell();
    expect(ends.endsAt('login-b', 0)).toBe(false);
  });
});
