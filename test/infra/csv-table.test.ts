import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { TableQuery } from '../../src/domain/table-query.ts';
import { openContentStore } from '../../src/infra/vault/content-store.ts';
import { createCsvTables } from '../../src/infra/csv-table.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
/** Tables over one stored content; `bytesRead` counts what was read of it. */
const tablesOf = async (content: string) => {
  const contents = openContentStore(fresh());
  const bytes = Buffer.from(content);
  const stored = await contents.put('upload', {
    start: 0,
    end: bytes.length - 1,
    total: bytes.length,
    bytes: Readable.from([bytes]),
  });
  if (!stored.done) throw new Error('not stored');
  const streams: (Readable & { readonly bytesRead: number })[] = [];
  const { inspect, page } = createCsvTables({
    size: contents.size,
    open: (...range) => {
      const stream = contents.open(...range);
      streams.push(stream as Readable & { readonly bytesRead: number });
      return stream;
    },
  });
  return {
    inspect: () => inspect(stored.sha256),
    page: (query: TableQuery, limit: number, after: number | null) => page(stored.sha256, query, limit, after),
    bytesRead: () => streams.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
  };
};
type Tables = Awaited<ReturnType<typeof tablesOf>>;
const columns = (...names: readonly string[]): TableQuery['columns'] => names.map((name) => ({ name, mask: 'none' }));
const ALL: TableQuery = { columns: columns('a', 'b'), conditions: [] };
const brokenAt = async (outcome: Promise<unknown>): Promise<object> => {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('it was accepted');
};
const everyPage = async (tables: Tables, query: TableQuery, limit: number): Promise<unknown[]> => {
  const items: unknown[] = [];
  for (let after: number | null = null; ;) {
    const page: Awaited<ReturnType<Tables['page']>> = await tables.page(query, limit, after);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
};

describe('a CSV snapshot', () => {
  it.each([
    ['as it should be', '姓名,类别\r\n张三,低保\r\n李四,特困\r\n'],
    ['with a byte order mark', '\ufeff姓名,类别\n张三,低保\n李四,特困\n'],
    ['without a last line end', '姓名,类别\n张三,低保\n李四,特困'],
    ['with empty lines', '\n姓名,类别\n\n张三,低保\n\n李四,特困\n\n'],
    ['with quotes, commas and line ends in them', '"姓名","类别"\n"张\n三","低,保"\n"李""四",特困\n'],
  ])('tells its columns and rows: %s', async (_, content) => {
    const tables = await tablesOf(content);
    expect(await tables.inspect()).toEqual({ columns: ['姓名', '类别'], rows: 2 });
    const items = await everyPage(tables, { columns: columns('姓名', '类别'), conditions: [] }, 1);
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ 姓名: expect.stringMatching(/^张/) as string, 类别: expect.stringMatching(/^低/) as string });
    expect(items[1]).toMatchObject({ 姓名: expect.stringMatching(/^李/) as string, 类别: '特困' });
  });

  it('may have no rows', async () => {
    expect(await (await tablesOf('a,b\n')).inspect()).toEqual({ columns: ['a', 'b'], rows: 0 });
    expect(await (await tablesOf('a,b')).page(ALL, 10, null)).toEqual({ items: [], next: null });
  });

  it.each([
    ['only blank lines', '\n\n', 1],
    ['a row with too few fields', 'a,b\n1,2\n3\n', 3],
    ['a row with too many', 'a,b\n1,2,3\n', 2],
    ['a quote that does not close', 'a,b\n1,"2\n', 2],
    ['text after a quote', 'a,b\n"1"x,2\n', 2],
  ])('that is none is refused, with the line: %s', async (_, content, line) => {
    expect(await brokenAt((await tablesOf(content)).inspect())).toEqual({ code: 'content.csv-broken', details: { line } });
  });

  it('gives its rows once, in order, whatever the pages', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '张', '"', ',', '\n', ' ', '😀'), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), fc.constantFrom('\n', '\r\n'), async (rows, limit, end) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const content = [['a', 'b'], ...rows].map((row) => row.map(quoted).join(',') + end).join('');
        const tables = await tablesOf(content);
        expect(await everyPage(tables, ALL, limit)).toEqual(rows.map(([a, b]) => ({ a, b })));
        expect(await tables.inspect()).toEqual({ columns: ['a', 'b'], rows: rows.length });
      }),
      { numRuns: 150 },
    );
  }); // prettier-ignore

  it('shows only the columns asked for, masked, in the rows of every condition', async () => {
    const tables = await tablesOf(
      '姓名,身份证号,年龄\n张三丰,360102199001011234,30\n李四,360102199001015678,40\n王五,360102199001019999,50\n',
    );
    const query: TableQuery = {
      columns: [{ name: '姓名', mask: 'name' }, { name: '年龄', mask: 'none' }],
      conditions: [
        { item: '年龄', is: 'gte', value: '40', numeric: true },
        { item: '姓名', is: 'ne', value: '王五', numeric: false },
      ],
    }; // prettier-ignore
    const { items } = await tables.page(query, 10, null);
    expect(items).toHaveLength(1);
    expect(Object.keys(items[0] ?? {})).toEqual(['姓名', '年龄']);
    expect(items[0]?.['年龄']).toBe('40');
    expect(JSON.stringify(items)).not.toContain('李四');
  });

  it('costs a page what it shows, not what lies before or after it', async () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => `${String(n)},${'x'.repeat(20)}\n`).join('');
    const tables = await tablesOf(`a,b\n${rows}`);
    const { next } = await tables.page(ALL, 10, null);
    const before = tables.bytesRead();
    const last = await tables.page(ALL, 10, 4 + rows.length - 27 * 10);
    expect(last).toMatchObject({ items: { length: 10, 0: { a: '99990' } }, next: null });
    expect((await tables.page(ALL, 10, next)).items[0]).toEqual({ a: '10', b: 'x'.repeat(20) });
    expect(tables.bytesRead() - before).toBeLessThan(rows.length / 5);
  });

  it('looks at no more than 50,000 rows for one page; the next goes on from there', async () => {
    const content = `a,b\n${Array.from({ length: 120_000 }, (_, n) => `${String(n)},x\n`).join('')}`;
    const query: TableQuery = { columns: columns('a'), conditions: [{ item: 'a', is: 'eq', value: '119999', numeric: true }] };
    const pages: number[] = [];
    const tables = await tablesOf(content);
    for (let after: number | null = null; ;) {
      const page: Awaited<ReturnType<Tables['page']>> = await tables.page(query, 10, after);
      pages.push(page.items.length);
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages).toEqual([0, 0, 1]);
  });

  it('refuses a record that would not fit in memory', async () => {
    const content = `a,b\n1,"${'x'.repeat(1_100_000)}"\n`;
    expect(await brokenAt((await tablesOf(content)).inspect())).toMatchObject({ code: 'content.csv-broken' });
  });
});
