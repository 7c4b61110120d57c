import { describe, expect, it } from 'vitest';
import { differences } from '../../src/projections/differences.ts';
import { entryOf, itemOf, law } from '../support/entries.ts';

const [name, date] = entryOf().items as [ReturnType<typeof itemOf>, ReturnType<typeof itemOf>];

describe('the differences of two versions of an entry', () => {
  it('are none between equals', () => {
    expect(differences(entryOf(), entryOf())).toEqual([]);
  });

  it('name the field, however deep', () => {
    const after = entryOf({ title: '名录', format: { category: '数据库', type: 'Dm' }, offlineTerms: { way: '窗口', workingDays: 5 }, relatedCodes: ['1/1'] }); // prettier-ignore
    expect(differences(entryOf(), after)).toEqual([
      { path: 'title', before: '企业经营异常名录', after: '名录' },
      { path: 'format.type', before: 'MySQL', after: 'Dm' },
      { path: 'offlineTerms', before: null, after: { way: '窗口', workingDays: 5 } },
      { path: 'relatedCodes', before: [], after: ['1/1'] },
    ]);
  });

  it('tell items by their names: changed, gone and new', () => {
    const added = itemOf('列入原因');
    const after = entryOf({ items: [added, { ...name, shareType: 'conditional', legalBasis: law }] });
    expect(differences(entryOf(), after)).toEqual([
      { path: 'items[企业名称].shareType', before: 'unconditional', after: 'conditional' },
      { path: 'items[企业名称].legalBasis', before: null, after: law },
      { path: 'items[列入日期]', before: date, after: null },
      { path: 'items[列入原因]', before: null, after: added },
    ]);
  });

  it('tell a new order as such', () => {
    expect(differences(entryOf(), entryOf({ items: [date, name] }))).toEqual([
      { path: 'items', before: ['企业名称', '列入日期'], after: ['列入日期', '企业名称'] },
    ]);
  });

  it('tell a field that only one side has', () => {
    const older = { ...entryOf(), sensitive: undefined } as unknown as ReturnType<typeof entryOf>;
    const { sensitive: _, ...without } = older;
    expect(differences(without as typeof older, entryOf())).toEqual([{ path: 'sensitive', before: null, after: false }]);
    expect(differences(entryOf(), without as typeof older)).toEqual([{ path: 'sensitive', before: false, after: null }]);
  });
});
