import type { CatalogEntry, InformationItem, LegalBasis } from '../../src/domain/catalog-entry.ts';

export const law: LegalBasis = { type: 'law', title: '中华人民共和国统计法', article: '第二十八条' };

export const itemOf = (name: string, part: Partial<InformationItem> = {}): InformationItem => ({
  name,
  dataType: 'C',
  length: 50,
  scale: null,
  shareType: 'unconditional',
  legalBasis: null,
  mask: 'none',
  ...part,
});

/** An unconditional, closed table of two items. */
export const entryOf = (part: Partial<CatalogEntry> = {}): CatalogEntry => ({
  title: '企业经营异常名录',
  abstract: '列入和移出经营异常名录的市场主体名单。',
  category: { class: '1', item: '04', section: '032', detail: '01' },
  domain: '信用',
  format: { category: '数据库', type: 'MySQL' },
  items: [itemOf('企业名称'), itemOf('列入日期', { dataType: 'D', length: null })],
  shareType: 'unconditional',
  shareCondition: null,
  legalBasis: null,
  shareMode: 'table',
  open: false,
  openCondition: null,
  updateCycle: 'monthly',
  sensitive: false,
  sourceSystem: null,
  offlineTerms: null,
  relatedCodes: [],
  ...part,
});

export const conditionalEntry = entryOf({
  title: '城乡低保对象信息',
  shareType: 'conditional',
  shareCondition: '仅限救助资格核验使用',
  items: [itemOf('姓名', { shareType: 'conditional', mask: 'name' }), itemOf('保障类别')],
});

export const notSharedEntry = entryOf({
  title: '统计调查个体资料',
  shareType: 'not-shared',
  legalBasis: law,
  items: [
    itemOf('姓名', { shareType: 'not-shared', legalBasis: law }),
    itemOf('收入', { shareType: 'not-shared', legalBasis: law }),
  ],
});
