import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATA_TYPES } from '../../src/domain/catalog-entry.ts';
import type { GrantedItem } from '../../src/domain/events/grant.ts';
import { holds, shown, tableQuery, type TableFilter } from '../../src/domain/table-query.ts';
import { entryOf, itemOf } from '../support/entries.ts';

const entry = entryOf({
  items: [itemOf('姓名', { mask: 'name' }), itemOf('金额', { dataType: 'N' }), itemOf('编号')],
});
const granted = (rows: TableFilter | null = null): readonly GrantedItem[] =>
  ['姓名', '金额', '编号'].map((item) => ({ item, rows: item === '金额' ? rows : null }));
const meets = (is: TableFilter['is'], value: string, cell: string, item = '金额'): boolean =>
  holds(tableQuery(entry, entry, granted(), [], [{ item, is, value }]), { [item]: cell });
const OPERATORS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] as const;
const meeting = (value: string, cell: string, item?: string): readonly string[] =>
  OPERATORS.filter((is) => meets(is, value, cell, item));

describe('what a grant lets be read of a table (R11.3, R14.3)', () => {
  const rows = { item: '金额', is: 'gt', value: '100' } as const;
  const filter = { item: '编号', is: 'lte', value: '9' } as const;

  it("is the items asked for, masked as the entry says, in the rows of the grant's conditions and the reader's", () => {
    expect(tableQuery(entry, entry, granted(rows), ['编号', '姓名'], [filter])).toStrictEqual({
      columns: [
        { name: '编号', mask: 'none' },
        { name: '姓名', mask: 'name' },
      ],
      conditions: [
        { ...rows, numeric: true },
        { ...filter, numeric: false },
      ],
    });
  });

  it('hides an item that the entry has no more, and compares it as text', () => {
    expect(tableQuery(entry, entry, [], ['没有'], [{ item: '没有', is: 'eq', value: '1' }])).toStrictEqual({
      columns: [{ name: '没有', mask: 'all' }],
      conditions: [{ item: '没有', is: 'eq', value: '1', numeric: false }],
    });
  });

  it.each(DATA_TYPES)('compares %s as its type says', (dataType) => {
    const typed = entryOf({ items: [itemOf('x', { dataType })] });
    const [only] = tableQuery(typed, typed, [], [], [{ item: 'x', is: 'eq', value: '1' }]).conditions;
    expect(only?.numeric).toBe(['N', 'Y', 'B', 'I', 'F'].includes(dataType));
  });
});

describe('an item whose type changed since the grant', () => {
  const text = entryOf({ items: [itemOf('金额')] });
  const number = entryOf({ items: [itemOf('金额', { dataType: 'N' })] });
  const rows = { item: '金额', is: 'lt', value: '100' } as const;

  it('is compared as granted by the conditions of the grant, and as it is now by those of the reader (R14.3)', () => {
    for (const [now, then, byGrant, byReader] of [
      [text, number, true, false],
      [number, text, false, true],
    ] as const)
      expect(tableQuery(now, then, granted(rows), [], [rows]).conditions).toStrictEqual([
        { ...rows, numeric: byGrant },
        { ...rows, numeric: byReader },
      ]);
  });

  it('gives no other rows than were granted', () => {
    const given = (cell: string) => holds(tableQuery(text, number, granted(rows), [], []), { 金额: cell });
    expect(['99', '1000', '不详'].map(given)).toEqual([true, false, false]);
  });
});

describe('a condition on rows', () => {
  it('compares numbers as numbers, and text as text', () => {
    expect(meeting('10', '9')).toEqual(['ne', 'lt', 'lte']);
    expect(meeting('10', '10.0')).toEqual(['eq', 'lte', 'gte']);
    expect(meeting('10', '11')).toEqual(['ne', 'gt', 'gte']);
    expect(meeting('10', '9', '编号')).toEqual(['ne', 'gt', 'gte']);
    expect(meeting('10', '1', '编号')).toEqual(['ne', 'lt', 'lte']);
    expect(meeting('10', '10', '编号')).toEqual(['eq', 'lte', 'gte']);
  });

  it.each(['', ' ', '不详', '1e999', '12元'])('on a number is met by no cell that is none: %j', (cell) => {
    expect(meeting('0', cell)).toEqual([]);
    expect(meeting('10', cell)).toEqual([]);
  });

  it('that names no number is met by none', () => {
    expect(meeting('', '0')).toEqual([]);
    expect(meeting('不详', '10')).toEqual([]);
  });

  it('on a column that is not there is met by no row, whatever it asks (R14.3)', () => {
    const cell = fc.string({ maxLength: 3 });
    const column = fc.constantFrom('姓名', '金额', '编号', 'constructor');
    const condition = fc.record({ item: column, is: fc.constantFrom(...OPERATORS), value: cell });
    fc.assert(
      fc.property(condition, fc.array(condition), fc.dictionary(column, cell), (rows, filters, row) => {
        const { [rows.item]: _, ...without } = row;
        expect(holds(tableQuery(entry, entry, granted(rows), ['编号'], filters), without)).toBe(false);
      }),
    );
  });

  it('on a cell that is there and empty is about an empty text', () => {
    expect([meets('eq', '', '', '编号'), meets('eq', 'x', '', '编号'), meets('ne', 'x', '', '编号')]).toEqual([true, false, true]);
  });

  it('is met where there is none', () => {
    expect(holds(tableQuery(entry, entry, granted(), [], []), {})).toBe(true);
  });

  it('of the grant holds beside those of the reader', () => {
    const query = tableQuery(
      entry,
      entry,
      granted({ item: '金额', is: 'lt', value: '100' }),
      [],
      [{ item: '编号', is: 'eq', value: 'a' }],
    );
    expect(holds(query, { 金额: '99', 编号: 'a' })).toBe(true);
    expect(holds(query, { 金额: '100', 编号: 'a' })).toBe(false);
    expect(holds(query, { 金额: '99', 编号: 'b' })).toBe(false);
    expect(holds(query, {})).toBe(false);
  });
});

describe('a row as it may be shown', () => {
  it('has the columns asked for, masked as the entry says, and no others', () => {
    const row = shown(tableQuery(entry, entry, granted(), ['编号', '姓名'], []), {
      姓名: '张三丰',
      金额: '5',
      编号: 'a',
      身份证号: 'x',
    });
    expect(Object.keys(row)).toEqual(['编号', '姓名']);
    expect(row['编号']).toBe('a');
    expect(row['姓名']).not.toContain('三丰');
    expect(shown(tableQuery(entry, entry, granted(), ['编号'], []), {})).toEqual({ 编号: '' });
  });
});
