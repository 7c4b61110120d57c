import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  all,
  any,
  eq,
  EVERYTHING,
  gt,
  gte,
  lt,
  lte,
  ne,
  NOTHING,
  oneOf,
  type Filter,
  type Scalar,
} from '../../src/projections/filter.ts';
import { compareScalars, matches } from '../../src/projections/matches.ts';
import type { Checkpoint, Projection } from '../../src/projections/projection.ts';
import {
  CheckpointMoved,
  Fenced,
  type Query,
  type ReadStore,
  type ReadView,
  type Written,
} from '../../src/projections/read-store.ts';

export type Item = {
  readonly id: string;
  readonly kind?: Scalar;
  readonly size?: Scalar;
  readonly flag?: Scalar;
  readonly words?: readonly string[];
};

/** A projection whose documents the suite writes itself. */
export const ITEMS: Projection<Item> = {
  name: 'sample-items',
  version: 1,
  history: true,
  fields: { kind: (item) => item.kind ?? null, size: (item) => item.size ?? null, flag: (item) => item.flag ?? null },
  indexes: [['kind'], ['kind', 'size'], ['size'], ['flag', 'size']],
  text: (item) => item.words ?? [],
  handles: [],
  project: () => [],
};

const LOG = 'log-1';
const at = (position: number, shared?: unknown): Checkpoint => ({
  logId: LOG,
  position,
  eventId: `event-${String(position)}`,
  shared,
});
const written = (document: Item, position: number): Written => ({ id: document.id, document, position });
const deleted = (id: string, position: number): Written => ({ id, document: null, position });

/** Runs the port's promises against one adapter. `place` gives what opens one store, empty at first, as often as it is called. */
export const readStoreContract = (adapter: string, place: () => () => Promise<ReadStore>): void => {
  describe(`read store contract: ${adapter}`, () => {
    let open: () => Promise<ReadStore>;
    let store: ReadStore;
    beforeEach(async () => {
      open = place();
      store = await open();
      await store.prepare(ITEMS);
      await store.createIndexes(ITEMS);
    });
    afterEach(() => store.close());

    const commit = (from: number, to: number, changes: readonly Written[]): Promise<void> =>
      store.commit(ITEMS, from, at(to), changes, changes);
    const view = <T>(use: (reader: ReadView) => Promise<T>): Promise<T> => store.snapshot(ITEMS, use);
    const ids = async (query: Partial<Query>, position?: number): Promise<readonly string[]> =>
      view(async (reader) =>
        (await reader.find<Item>({ filter: EVERYTHING, limit: 1000, ...query }, position)).items.map(({ id }) => id),
      );
    const dumped = async (): Promise<string> => {
      const rows: unknown[] = [];
      for await (const row of store.dump(ITEMS)) rows.push(row);
      return JSON.stringify(rows);
    };
    /** Writes items as born one after the other, at positions 0, 1, 2 … */
    const fill = (items: readonly Item[]): Promise<void> =>
      commit(
        -1,
        items.length,
        items.map((item, position) => written(item, position)),
      );

    describe('commit', () => {
      it('writes documents and checkpoint together', async () => {
        expect(await store.checkpoint(ITEMS)).toBeUndefined();
        await store.commit(ITEMS, -1, at(3, { names: ['甲'] }), [written({ id: 'a', size: 1 }, 2)], []);
        expect(await store.checkpoint(ITEMS)).toEqual(at(3, { names: ['甲'] }));
        expect(await view((reader) => reader.get('a'))).toEqual({ id: 'a', size: 1 });
        expect(await view((reader) => Promise.resolve(reader.position))).toBe(3);
      });

      it('refuses a writer that is not where the checkpoint is, and writes nothing of it', async () => {
        await commit(-1, 3, [written({ id: 'a', size: 1 }, 2)]);
        const before = await dumped();
        await expect(commit(-1, 4, [written({ id: 'a', size: 9 }, 4)])).rejects.toBeInstanceOf(CheckpointMoved);
        await expect(commit(2, 4, [written({ id: 'b' }, 4)])).rejects.toBeInstanceOf(CheckpointMoved);
        expect(await dumped()).toBe(before);
        expect((await store.checkpoint(ITEMS))?.position).toBe(3);
      });

      it('refuses a checkpoint of another log', async () => {
        await commit(-1, 3, []);
        await expect(store.commit(ITEMS, 3, { ...at(4), logId: 'log-2' }, [], [])).rejects.toBeInstanceOf(CheckpointMoved);
      });

      it('does not apply an event at or before the own position of a document', async () => {
        await commit(-1, 5, [written({ id: 'a', size: 5 }, 5)]);
        await commit(5, 6, [written({ id: 'a', size: 4 }, 5)]);
        expect(await view((reader) => reader.get('a'))).toEqual({ id: 'a', size: 5 });
        await commit(6, 7, [written({ id: 'a', size: 7 }, 7)]);
        expect(await view((reader) => reader.get('a'))).toEqual({ id: 'a', size: 7 });
      });

      it('leaves nothing of a commit that failed half-way', async () => {
        await commit(-1, 0, [written({ id: 'a', size: 1 }, 0)]);
        const unwritable = { id: 'b', toJSON: () => { throw new Error('no text'); } }; // prettier-ignore
        await expect(commit(0, 2, [written({ id: 'a', size: 2 }, 1), written(unwritable, 2)])).rejects.toThrow('no text');
        expect([...(await store.load(ITEMS, ['a', 'b']))]).toEqual([['a', { document: { id: 'a', size: 1 }, position: 0 }]]);
        await commit(0, 1, [written({ id: 'a', size: 2 }, 1)]);
        expect(await ids({ filter: eq('size', 2) })).toEqual(['a']);
      });

      it('keeps the shared state until it changes', async () => {
        const shared = { notices: 1 };
        await store.commit(ITEMS, -1, at(0, shared), [], []);
        await store.commit(ITEMS, 0, at(1, shared), [], []);
        expect((await store.checkpoint(ITEMS))?.shared).toEqual({ notices: 1 });
        await store.commit(ITEMS, 1, at(2, { notices: 2 }), [], []);
        expect((await store.checkpoint(ITEMS))?.shared).toEqual({ notices: 2 });
      });

      it('loads living documents with their positions', async () => {
        await commit(-1, 2, [written({ id: 'a', size: 1 }, 0), written({ id: 'b' }, 1)]);
        await commit(2, 3, [deleted('b', 3)]);
        expect([...(await store.load(ITEMS, ['a', 'b', 'c']))]).toEqual([['a', { document: { id: 'a', size: 1 }, position: 0 }]]);
      });

      it('gives a deleted document that comes back its old place in the order of birth', async () => {
        await fill([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
        await commit(3, 4, [deleted('a', 4)]);
        expect(await ids({})).toEqual(['c', 'b']);
        expect(await view((reader) => reader.get('a'))).toBeUndefined();
        await commit(4, 5, [written({ id: 'a' }, 5)]);
        expect(await ids({})).toEqual(['c', 'b', 'a']);
      });
    });

    describe('turns', () => {
      const next: Projection<Item> = { ...ITEMS, version: 2 };
      let later: ReadStore;
      beforeEach(async () => {
        later = await open();
        await store.claim(ITEMS.name, 3);
        await commit(-1, 3, [written({ id: 'a', size: 1 }, 2)]);
        for (const one of [later, store]) for (const projection of [ITEMS, next]) await one.prepare(projection);
        await store.claim(ITEMS.name, 3);
        await store.checkpoint(ITEMS);
      });
      afterEach(() => later.close());

      it('of an earlier worker end once a later one has begun, whoever has moved the checkpoint', async () => {
        await later.claim(ITEMS.name, 4);
        const before = await dumped();
        await expect(commit(3, 4, [written({ id: 'a', size: 9 }, 4)])).rejects.toMatchObject({ name: 'Fenced', token: 4 });
        await expect(store.commit(next, -1, at(4), [], [])).rejects.toBeInstanceOf(Fenced);
        expect(await store.activate(ITEMS.name, 1, 2)).toBe(false);
        expect([await store.active(ITEMS.name), await store.checkpoint(next), await dumped()]).toEqual([1, undefined, before]);
        await later.commit(ITEMS, 3, at(5), [], []);
        await later.commit(next, -1, at(5), [], []);
        expect([(await later.checkpoint(ITEMS))?.position, await later.activate(ITEMS.name, 1, 2)]).toEqual([5, true]);
      });

      it('rise: one that is lower than what was claimed is none', async () => {
        await later.claim(ITEMS.name, 4);
        await expect(store.claim(ITEMS.name, 3)).rejects.toMatchObject({ name: 'Fenced', token: 4 });
        await later.commit(ITEMS, 3, at(4), [], []);
        await store.claim(ITEMS.name, 5);
        await expect(later.commit(ITEMS, 4, at(5), [], [])).rejects.toBeInstanceOf(Fenced);
        await commit(4, 5, []);
      });

      it('are each projection’s own, and nothing is asked of who has claimed nothing', async () => {
        await store.claim('others', 9);
        await later.commit(ITEMS, 3, at(4), [], []);
        await later.claim(ITEMS.name, 3);
        await later.commit(ITEMS, 4, at(5), [], []);
      });

      it('tell a checkpoint that moved within the turn from a turn that is over', async () => {
        await expect(commit(2, 4, [])).rejects.toBeInstanceOf(CheckpointMoved);
      });
    });

    describe('versions of a projection', () => {
      const next: Projection<Item> = { ...ITEMS, version: 2, fields: { kind: (item) => item.kind ?? null }, indexes: [] };

      it('makes the first version active and lets a higher one take over by compare-and-set', async () => {
        await store.prepare(next);
        expect(await store.active(ITEMS.name)).toBe(1);
        expect(await store.versions(ITEMS.name)).toEqual([1, 2]);
        expect(await store.activate(ITEMS.name, 7, 2)).toBe(false);
        expect(await store.activate(ITEMS.name, 1, 2)).toBe(true);
        expect(await store.active(ITEMS.name)).toBe(2);
      });

      it('reads the active version, whatever version the reader knows; a field it lacks equals null', async () => {
        await fill([{ id: 'old', size: 1 }]);
        await store.prepare(next);
        await store.commit(next, -1, at(0), [written({ id: 'new', size: 1 }, 0)], []);
        expect(await ids({})).toEqual(['old']);
        await store.activate(ITEMS.name, 1, 2);
        expect(await ids({})).toEqual(['new']);
        expect(await ids({ filter: eq('size', 1) })).toEqual([]);
        expect(await ids({ filter: eq('size', null) })).toEqual(['new']);
      });

      it('drops a version and nothing else', async () => {
        await fill([{ id: 'old' }]);
        await store.prepare(next);
        await store.activate(ITEMS.name, 1, 2);
        await store.drop(ITEMS);
        expect(await store.versions(ITEMS.name)).toEqual([2]);
        expect(await store.checkpoint(ITEMS)).toBeUndefined();
        await store.prepare(ITEMS);
        expect(await store.active(ITEMS.name)).toBe(2);
      });

      it('takes fields of any name', async () => {
        const names = ['seq', 'position', 'json', 'parts', 'id', 'order', "it's"];
        const odd: Projection<Item> = {
          ...ITEMS,
          name: 'odd',
          fields: Object.fromEntries(names.map((name) => [name, () => name])),
          indexes: [names],
        };
        await store.prepare(odd);
        await store.commit(odd, -1, at(0), [written({ id: 'a' }, 0)], [written({ id: 'a' }, 0)]);
        const filter = all(...names.map((name) => eq(name, name)));
        expect(await store.snapshot(odd, async (reader) => [await reader.count(filter), await reader.count(filter, 0)])).toEqual([
          1, 1,
        ]);
      });

      it('answers the same before its indexes are made as after', async () => {
        const late = { ...ITEMS, name: 'late' };
        const [first, then] = [[written({ id: 'b', kind: 'x' }, 1), written({ id: 'a', kind: 'x', size: 1 }, 2)], [written({ id: 'a', kind: 'x', size: 3 }, 3)]]; // prettier-ignore
        await store.prepare(late);
        await store.commit(late, -1, at(2), first, first);
        await store.commit(late, 2, at(3), then, then);
        const filter = eq('kind', 'x');
        const answers = () =>
          store.snapshot(late, async (reader) => [
            await reader.find({ filter, sort: [{ field: 'size', falling: true }], limit: 9 }),
            await reader.find({ filter, sort: [{ field: 'size' }], limit: 9 }, 2),
            await reader.count(all(filter, eq('size', 1)), 2),
            await reader.facets(filter, ['size'], 2),
            await reader.versions('a'),
          ]);
        const early = await answers();
        const matched: string[] = [];
        for await (const { document } of store.matching(late, filter)) matched.push(document.id);
        await store.createIndexes(late);
        await store.createIndexes(late);
        expect(await answers()).toEqual(early);
        expect([matched, early[2]]).toEqual([['b', 'a'], 1]); // prettier-ignore
      });

      it('refuses a projection that no longer fits its collection', async () => {
        await expect(store.prepare({ ...ITEMS, indexes: [] })).rejects.toThrow('raise the version');
      });
    });

    describe('history', () => {
      beforeEach(async () => {
        await commit(-1, 1, [
          written({ id: 'a', kind: 'x', size: 1, words: ['低保对象'] }, 0),
          written({ id: 'b', kind: 'x', size: 2 }, 1),
        ]);
        const second = [
          written({ id: 'a', kind: 'y', size: 3, words: ['医保'] }, 3),
          written({ id: 'a', kind: 'x', size: 4, words: ['医保'] }, 4),
        ];
        await store.commit(ITEMS, 1, at(4), second.slice(1), second);
        await commit(4, 5, [deleted('b', 5)]);
        await commit(5, 7, [written({ id: 'b', kind: 'z', size: 9 }, 7)]);
      });

      it('answers as of any position, inside a batch too', async () => {
        const past = (id: string) =>
          view((reader) => Promise.all([-1, 0, 2, 3, 4, 5, 6, 7].map(async (p) => (await reader.get<Item>(id, p))?.size)));
        expect(await past('a')).toEqual([undefined, 1, 1, 3, 4, 4, 4, 4]);
        expect(await past('b')).toEqual([undefined, undefined, 2, 2, 2, undefined, undefined, 9]);
      });

      it('finds, counts and groups as of a position', async () => {
        expect(await ids({ filter: eq('kind', 'x') }, 2)).toEqual(['b', 'a']);
        expect(await ids({ filter: eq('kind', 'x') }, 3)).toEqual(['b']);
        expect(await ids({ filter: eq('kind', 'x'), sort: [{ field: 'size', falling: true }] }, 4)).toEqual(['a', 'b']);
        expect(await ids({ filter: EVERYTHING }, 5)).toEqual(['a']);
        expect(await view((reader) => reader.count(eq('kind', 'x'), 4))).toBe(2);
        expect(await view((reader) => reader.facets(EVERYTHING, ['kind'], 3))).toEqual({ kind: [{ value: 'x', count: 1 }, { value: 'y', count: 1 }] }); // prettier-ignore
      });

      it('searches as of a position', async () => {
        expect(await ids({ filter: { search: '低保' } }, 2)).toEqual(['a']);
        expect(await ids({ filter: { search: '低保' } }, 3)).toEqual([]);
        expect(await ids({ filter: { search: '医保' } }, 4)).toEqual(['a']);
        expect(await ids({ filter: any({ search: '医保' }, eq('size', 2)) }, 4)).toEqual(['b', 'a']);
      });

      it('tells a document’s versions, oldest first, with its deletion', async () => {
        expect(await view((reader) => reader.versions('b'))).toEqual([
          { position: 1, document: { id: 'b', kind: 'x', size: 2 } },
          { position: 5, document: null },
          { position: 7, document: { id: 'b', kind: 'z', size: 9 } },
        ]);
      });

      it('refuses to answer as of a position where no history is kept', async () => {
        const plain: Projection<Item> = { ...ITEMS, name: 'plain-items', history: false };
        await store.prepare(plain);
        await expect(store.snapshot(plain, (reader) => reader.count(EVERYTHING, 1))).rejects.toThrow('keeps no history');
        await expect(store.snapshot(plain, (reader) => reader.versions('a'))).rejects.toThrow('keeps no history');
      });

      it('dumps documents and versions in the order of birth', async () => {
        expect(await dumped()).toBe(
          JSON.stringify([
            { table: 'documents', position: 4, id: 'a', json: '{"id":"a","kind":"x","size":4,"words":["医保"]}' },
            { table: 'documents', position: 7, id: 'b', json: '{"id":"b","kind":"z","size":9}' },
            { table: 'versions', position: 0, id: 'a', json: '{"id":"a","kind":"x","size":1,"words":["低保对象"]}' },
            { table: 'versions', position: 3, id: 'a', json: '{"id":"a","kind":"y","size":3,"words":["医保"]}' },
            { table: 'versions', position: 4, id: 'a', json: '{"id":"a","kind":"x","size":4,"words":["医保"]}' },
            { table: 'versions', position: 1, id: 'b', json: '{"id":"b","kind":"x","size":2}' },
            { table: 'versions', position: 5, id: 'b', json: null },
            { table: 'versions', position: 7, id: 'b', json: '{"id":"b","kind":"z","size":9}' },
          ]),
        );
      });
    });

    describe('queries', () => {
      const scalar = fc.oneof(
        fc.constant(null),
        fc.boolean(),
        fc.integer({ min: -3, max: 3 }),
        fc.constantFrom(0.5, -0.5, 1e15, 1.5e300),
        fc.constantFrom('', "o'b", 'x,y', "','", 'a', 'b', 'ab', '低', '\u{1f600}', '\uffee'),
      );
      const word = fc
        .array(fc.constantFrom('低', '保', '医', '疗', 'a', 'B', '1', 'Ａ', ' ', '，', '𠮷', "'", '"', '*', '%'), { maxLength: 6 })
        .map((cs) => cs.join(''));
      const items = fc
        .array(
          fc.record({ kind: scalar, size: scalar, flag: scalar, words: fc.array(word, { maxLength: 3 }) }, { requiredKeys: [] }),
          { maxLength: 25 },
        )
        .map((list) => list.map((item, n): Item => ({ id: `item-${String(n)}`, ...item })));
      const field = fc.constantFrom('kind', 'size', 'flag', 'undeclared');
      const leaf: fc.Arbitrary<Filter> = fc.oneof(
        fc.tuple(fc.constantFrom(eq, ne, lt, lte, gt, gte), field, scalar).map(([make, name, value]) => make(name, value)),
        fc.tuple(field, fc.array(scalar, { maxLength: 4 })).map(([name, values]) => oneOf(name, values)),
        word.map((search): Filter => ({ search })),
        fc.constantFrom(EVERYTHING, NOTHING),
      );
      const filter = fc.letrec<{ filter: Filter }>((tie) => ({
        filter: fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          leaf,
          fc.array(tie('filter'), { maxLength: 3 }).map((parts): Filter => ({ all: parts })),
          fc.array(tie('filter'), { maxLength: 3 }).map((parts): Filter => ({ any: parts })),
        ),
      })).filter;

      const fresh = async (list: readonly Item[]): Promise<number> => {
        await store.drop(ITEMS);
        await store.prepare(ITEMS);
        await fill(list);
        return list.length;
      };
      const passing = (list: readonly Item[], wanted: Filter): readonly Item[] =>
        list.filter((item) => matches(wanted, ITEMS, item));

      it('filters as `matches` does, now and as of a position', async () => {
        await fc.assert(
          fc.asyncProperty(items, fc.array(filter, { minLength: 5, maxLength: 10 }), async (list, filters) => {
            const end = await fresh(list);
            for (const wanted of filters) {
              const expected = passing(list, wanted)
                .map(({ id }) => id)
                .reverse();
              expect(await ids({ filter: wanted })).toEqual(expected);
              expect(await ids({ filter: wanted }, end)).toEqual(expected);
              expect(await view((reader) => reader.count(wanted))).toBe(expected.length);
              const found: string[] = [];
              for await (const { document } of store.matching(ITEMS, wanted)) found.push(document.id);
              expect(found).toEqual([...expected].reverse());
            }
          }),
          { numRuns: 60 },
        );
      });

      it('pages through ties without a gap or a repeat, in the order of the whole list', async () => {
        const sort = fc.array(fc.record({ field: fc.constantFrom('kind', 'size', 'flag'), falling: fc.boolean() }), {
          maxLength: 2,
        });
        await fc.assert(
          fc.asyncProperty(items, filter, sort, fc.integer({ min: 1, max: 7 }), async (list, wanted, order, limit) => {
            const end = await fresh(list);
            const falling = order[0]?.falling ?? true;
            const value = (item: Item, name: string): Scalar => ITEMS.fields[name]?.(item) ?? null;
            const expected = passing(list, wanted)
              .map((item) => ({ item, born: list.indexOf(item) }))
              .sort((a, b) => {
                for (const key of order) {
                  const less = compareScalars(value(a.item, key.field), value(b.item, key.field));
                  if (less !== 0) return key.falling ? -less : less;
                }
                return falling ? b.born - a.born : a.born - b.born;
              })
              .map(({ item }) => item.id);
            for (const position of [undefined, end]) {
              const seen: string[] = [];
              let query: Query = { filter: wanted, sort: order, limit };
              for (let more = true; more;) {
                const page = await view((reader) => reader.find<Item>(query, position));
                expect(page.items.length).toBeLessThanOrEqual(limit);
                seen.push(...page.items.map(({ id }) => id));
                more = page.more;
                if (page.last !== null) query = { ...query, after: page.last };
                else expect(more).toBe(false);
              }
              expect(seen).toEqual(expected);
            }
          }),
          { numRuns: 60 },
        );
      });

      it('searches as a substring matcher does, also after texts changed', async () => {
        await fc.assert(
          fc.asyncProperty(items, items, fc.array(word, { minLength: 5, maxLength: 10 }), async (list, later, queries) => {
            const end = await fresh(list);
            await commit(
              end,
              end + later.length + 1,
              later.map((item, n) => written(item, end + 1 + n)),
            );
            const now = [...later, ...list.slice(later.length)];
            for (const search of queries) {
              const terms = search
                .normalize('NFKC')
                .toLowerCase()
                .split(/\s+/)
                .filter((term) => term !== '');
              const hit = ({ words = [] }: Item): boolean =>
                terms.every((term) => words.some((part) => part.normalize('NFKC').toLowerCase().includes(term)));
              expect(await ids({ filter: { search } }), search).toEqual(now.filter(hit).map(({ id }) => id).reverse()); // prettier-ignore
            }
          }),
          { numRuns: 60 },
        );
      });

      it('does not take pairs of characters for a text that holds them apart', async () => {
        await fill([
          { id: 'apart', words: ['低保 保低'] },
          { id: 'whole', words: ['低保低'] },
        ]);
        expect(await ids({ filter: { search: '低保低' } })).toEqual(['whole']);
        expect(await ids({ filter: any({ search: '低保低' }, eq('kind', 'none')) })).toEqual(['whole']);
        expect(await view((reader) => reader.count({ search: '低保低' }))).toBe(1);
      });

      it('counts facets as a naive count does, most frequent first, then by value', async () => {
        await fc.assert(
          fc.asyncProperty(items, filter, async (list, wanted) => {
            const end = await fresh(list);
            const expected: Record<string, { value: Scalar; count: number }[]> = {};
            for (const name of ['kind', 'flag']) {
              const counts = new Map<Scalar, number>();
              for (const item of passing(list, wanted)) {
                const value = ITEMS.fields[name]!(item);
                counts.set(value, (counts.get(value) ?? 0) + 1);
              }
              expected[name] = [...counts]
                .map(([value, count]) => ({ value, count }))
                .sort((a, b) => b.count - a.count || compareScalars(a.value, b.value));
            }
            expect(await view((reader) => reader.facets(wanted, ['kind', 'flag']))).toEqual(expected);
            expect(await view((reader) => reader.facets(wanted, ['kind', 'flag'], end))).toEqual(expected);
          }),
          { numRuns: 60 },
        );
      });

      it('groups by no field at all', async () => {
        expect(await view((reader) => reader.facets(EVERYTHING, []))).toEqual({});
      });

      it('reads one state within a snapshot while a commit comes between', async () => {
        await fill([{ id: 'a' }]);
        const seen = await view(async (reader) => {
          const before = await reader.count(EVERYTHING);
          await commit(1, 2, [written({ id: 'b' }, 2)]);
          return [reader.position, before, await reader.count(EVERYTHING)];
        });
        expect(seen).toEqual([1, 1, 1]);
        expect(await view((reader) => reader.count(EVERYTHING))).toBe(2);
      });

      it('serves more snapshots at once than it has connections', async () => {
        await fill([{ id: 'a' }]);
        const counts = await Promise.all(
          Array.from({ length: 40 }, () => view(async (reader) => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            return reader.count(all(EVERYTHING));
          })),
        ); // prettier-ignore
        expect(counts).toEqual(counts.map(() => 1));
      });
    });
  });
};
