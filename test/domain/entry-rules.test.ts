import { describe, expect, it } from 'vitest';
import { catalogOf, categoryCode } from '../../src/domain/catalog-entry.ts';
import type { CatalogEntry } from '../../src/domain/catalog-entry.ts';
import { entryErrors, insufficientBases, notSharedBases } from '../../src/domain/entry-rules.ts';
import { readResources } from '../../src/infra/shipped-city.ts';
import { conditionalEntry, entryOf, itemOf, law, notSharedEntry } from '../support/entries.ts';
import { nanchang, regulation809 } from '../support/shipped.ts';

const errorsOf = (part: Partial<CatalogEntry>) => entryErrors(entryOf(part), [nanchang]);
const oneError = (path: string, message: string) => [{ path, message }];
const text = (length: number) => '字'.repeat(length);
const items = (count: number, name = (index: number) => `项${String(index)}`) =>
  Array.from({ length: count }, (_, index) => itemOf(name(index)));

describe('an entry that may stand', () => {
  it.each([
    ['unconditional', entryOf()],
    ['conditional', conditionalEntry],
    ['not shared', notSharedEntry],
    ['open', entryOf({ open: true, openCondition: '无附加条件' })],
    ['of another domain', entryOf({ domain: 'other:民族宗教' })],
    ['with everything', entryOf({ sourceSystem: '市场监管一体化平台', offlineTerms: { way: '窗口', workingDays: 5 }, relatedCodes: ['10403201/1', '2/3'] })], // prettier-ignore
    ['without a detail of its category', entryOf({ category: { class: '1', item: '04', section: '032', detail: '' } })],
  ])('%s', (_, entry) => {
    expect(entryErrors(entry, [nanchang])).toEqual([]);
  });

  it.each<[string, Partial<CatalogEntry>]>([
    ['title', { title: text(200) }],
    ['abstract', { abstract: text(2_000) }],
    ['domain', { domain: `other:${text(54)}` }],
    ['format', { format: { category: text(50), type: text(50) } }],
    ['source system', { sourceSystem: text(200) }],
    ['offline terms', { offlineTerms: { way: text(2_000), workingDays: 250 } }],
    ['open condition', { open: true, openCondition: text(500) }],
    ['item name, length and scale', { items: [itemOf(text(100), { length: 1_000_000, scale: 30 })] }],
    ['shortest item', { items: [itemOf('名', { length: 1, scale: 0 })] }],
    ['number of items', { items: items(120) }],
    ['number of related codes', { relatedCodes: Array.from({ length: 50 }, (_, index) => `1/${String(index)}`) }],
    ['shortest offline term', { offlineTerms: { way: '窗', workingDays: 1 } }],
    ['related code', { relatedCodes: [`${'A'.repeat(20)}/123456789`] }],
    ['detail', { category: { class: '1', item: '04', section: '032', detail: '12345abCDE' } }],
  ])('at the longest %s', (_, part) => {
    expect(errorsOf(part)).toEqual([]);
  });

  it('is each one that ships', () => {
    const wrong = readResources().filter(({ entry }) => entryErrors(entry, [nanchang]).length > 0);
    expect(wrong.map(({ slug }) => slug)).toEqual([]);
  });
});

describe('a wrong entry', () => {
  it.each<[part: Partial<CatalogEntry>, path: string, message: string]>([
    [{ title: ' ' }, 'title', 'required'],
    [{ title: text(201) }, 'title', 'too-long'],
    [{ abstract: '' }, 'abstract', 'required'],
    [{ abstract: text(2_001) }, 'abstract', 'too-long'],
    [{ category: { class: '12', item: '04', section: '032', detail: '01' } }, 'category.class', 'malformed'],
    [{ category: { class: 'x', item: '04', section: '032', detail: '01' } }, 'category.class', 'malformed'],
    [{ category: { class: '1', item: '4', section: '032', detail: '01' } }, 'category.item', 'malformed'],
    [{ category: { class: '1', item: '004', section: '032', detail: '01' } }, 'category.item', 'malformed'],
    [{ category: { class: '1', item: '04', section: '32', detail: '01' } }, 'category.section', 'malformed'],
    [{ category: { class: '1', item: '04', section: '0032', detail: '01' } }, 'category.section', 'malformed'],
    [{ category: { class: '1', item: '04', section: '032', detail: '0/1' } }, 'category.detail', 'malformed'],
    [{ category: { class: '1', item: '04', section: '032', detail: '12345678901' } }, 'category.detail', 'malformed'],
    [{ domain: '其他' }, 'domain', 'unknown-domain'],
    [{ domain: 'other:' }, 'domain', 'unknown-domain'],
    [{ domain: 'other: ' }, 'domain', 'unknown-domain'],
    [{ domain: 'another:民族' }, 'domain', 'unknown-domain'],
    [{ domain: `other:${text(55)}` }, 'domain', 'too-long'],
    [{ format: { category: '', type: 'xlsx' } }, 'format.category', 'required'],
    [{ format: { category: '电子表格', type: text(51) } }, 'format.type', 'too-long'],
    [{ sourceSystem: '' }, 'sourceSystem', 'required'],
    [{ sourceSystem: text(201) }, 'sourceSystem', 'too-long'],
    [{ shareType: 'conditional' }, 'shareCondition', 'share-condition-required'],
    [{ shareType: 'conditional', shareCondition: ' ' }, 'shareCondition', 'required'],
    [{ shareType: 'conditional', shareCondition: text(2_001) }, 'shareCondition', 'too-long'],
    [{ shareCondition: '仅限' }, 'shareCondition', 'share-condition-misplaced'],
    [{ open: true }, 'openCondition', 'open-condition-required'],
    [{ open: true, openCondition: text(501) }, 'openCondition', 'too-long'],
    [{ openCondition: '无' }, 'openCondition', 'open-condition-misplaced'],
    [{ shareType: 'conditional', shareCondition: '仅限', open: true, openCondition: '无' }, 'open', 'open-needs-unconditional'],
    [{ offlineTerms: { way: '', workingDays: 5 } }, 'offlineTerms.way', 'required'],
    [{ offlineTerms: { way: text(2_001), workingDays: 5 } }, 'offlineTerms.way', 'too-long'],
    [{ offlineTerms: { way: '窗口', workingDays: 0 } }, 'offlineTerms.workingDays', 'out-of-range'],
    [{ offlineTerms: { way: '窗口', workingDays: 251 } }, 'offlineTerms.workingDays', 'out-of-range'],
    [{ offlineTerms: { way: '窗口', workingDays: 1.5 } }, 'offlineTerms.workingDays', 'out-of-range'],
    [{ items: [] }, 'items', 'required'],
    [{ items: items(121) }, 'items', 'too-many'],
    [{ items: [itemOf(' ')] }, 'items[0].name', 'required'],
    [{ items: [itemOf(text(101))] }, 'items[0].name', 'too-long'],
    [{ items: [itemOf('甲'), itemOf('乙'), itemOf('甲')] }, 'items[2].name', 'duplicate'],
    [{ items: [itemOf('甲', { length: 0 })] }, 'items[0].length', 'out-of-range'],
    [{ items: [itemOf('甲', { length: 1_000_001 })] }, 'items[0].length', 'out-of-range'],
    [{ items: [itemOf('甲', { scale: -1 })] }, 'items[0].scale', 'out-of-range'],
    [{ items: [itemOf('甲', { scale: 31 })] }, 'items[0].scale', 'out-of-range'],
    [{ items: [itemOf('甲'), itemOf('乙', { shareType: 'conditional' })] }, 'items[1].shareType', 'item-not-unconditional'],
    [{ items: [itemOf('甲', { legalBasis: { ...law, title: '' } })] }, 'items[0].legalBasis.title', 'required'],
    [{ items: [itemOf('甲', { legalBasis: { ...law, article: text(101) } })] }, 'items[0].legalBasis.article', 'too-long'],
    [{ legalBasis: { ...law, title: text(201) } }, 'legalBasis.title', 'too-long'],
    [{ shareType: 'not-shared' }, 'legalBasis', 'legal-basis-required'],
    [{ relatedCodes: Array.from({ length: 51 }, (_, index) => `1/${String(index)}`) }, 'relatedCodes', 'too-many'],
    [{ relatedCodes: ['1/1', '1-2'] }, 'relatedCodes[1]', 'malformed'],
    [{ relatedCodes: ['/1'] }, 'relatedCodes[0]', 'malformed'],
    [{ relatedCodes: ['1/1234567890'] }, 'relatedCodes[0]', 'malformed'],
    [{ relatedCodes: ['1/1x'] }, 'relatedCodes[0]', 'malformed'],
    [{ relatedCodes: ['!1/1'] }, 'relatedCodes[0]', 'malformed'],
    [{ relatedCodes: ['1/1', '1/1'] }, 'relatedCodes[1]', 'duplicate'],
  ])('no. %# is told where and why', (part, path, message) => {
    expect(errorsOf(part)).toEqual(oneError(path, message));
  });

  it('has every wrong field named at once', () => {
    const basis = { ...law, type: 'state-council-decision' } as const;
    const entry = entryOf({
      title: '',
      domain: '其他',
      shareType: 'not-shared',
      items: [itemOf('甲', { shareType: 'not-shared' }), itemOf('甲', { shareType: 'not-shared', legalBasis: basis })],
      relatedCodes: ['x'],
    });
    expect(entryErrors(entry, [nanchang])).toEqual([
      { path: 'title', message: 'required' },
      { path: 'domain', message: 'unknown-domain' },
      { path: 'items[1].name', message: 'duplicate' },
      { path: 'legalBasis', message: 'legal-basis-required' },
      { path: 'items[0].legalBasis', message: 'legal-basis-required' },
      { path: 'items[1].legalBasis', message: 'legal-basis-insufficient' },
      { path: 'relatedCodes[0]', message: 'malformed' },
    ]);
  });

  it('is too large when its bytes would not fit into an event with all who are told of it', () => {
    const bytesOf = (entry: CatalogEntry) => new TextEncoder().encode(JSON.stringify(entry)).length;
    const padded = (length: number) => entryOf({ abstract: 'x'.repeat(length), items: items(120, (index) => `字字${String(index).padStart(98, 'x')}`) }); // prettier-ignore
    const longest = padded(28_000 - bytesOf(padded(0)));
    expect([bytesOf(longest), entryErrors(longest, [])]).toEqual([28_000, []]);
    expect(entryErrors({ ...longest, abstract: `${longest.abstract}x` }, [])).toEqual(oneError('', 'entry-too-large'));
  });
});

describe('legal bases for not sharing (R11.4)', () => {
  it('are asked of the resource and of each item that is not shared, and of nothing else', () => {
    expect(notSharedBases(notSharedEntry)).toEqual([
      { path: 'legalBasis', basis: law },
      { path: 'items[0].legalBasis', basis: law },
      { path: 'items[1].legalBasis', basis: law },
    ]);
    expect(notSharedBases(conditionalEntry)).toEqual([]);
  });

  it('suffice by the list of the pack: local documents of the Party for the measure, not for the regulation', () => {
    const policy = { ...law, type: 'party-central-or-state-council-policy' } as const;
    const entry = {
      ...conditionalEntry,
      items: [itemOf('甲'), itemOf('乙', { shareType: 'not-shared', legalBasis: policy })],
    } as const;
    expect(insufficientBases(entry, nanchang)).toEqual([]);
    expect(insufficientBases(entry, regulation809)).toEqual(['items[1].legalBasis']);
    expect(entryErrors(entry, [nanchang])).toEqual([]);
    expect(entryErrors(entry, [nanchang, regulation809])).toEqual(oneError('items[1].legalBasis', 'legal-basis-insufficient'));
  });

  it('are told once, however many packs find one wanting', () => {
    const entry = { ...notSharedEntry, legalBasis: { ...law, type: 'state-council-decision' } } as const;
    expect(entryErrors(entry, [nanchang, nanchang])).toEqual(oneError('legalBasis', 'legal-basis-insufficient'));
  });

  it('are no matter of a pack that lists none, or of no pack at all', () => {
    expect(insufficientBases(notSharedEntry, { legalBasisTypes: [] })).toEqual([]);
    expect(entryErrors({ ...notSharedEntry, legalBasis: null }, [])).toEqual(oneError('legalBasis', 'legal-basis-required'));
  });
});

describe('what derives from an entry', () => {
  it('is its catalog and its category code', () => {
    expect([catalogOf({ open: true }), catalogOf({ open: false })]).toEqual(['open', 'sharing']);
    expect(categoryCode(entryOf().category)).toBe('10403201');
  });
});
