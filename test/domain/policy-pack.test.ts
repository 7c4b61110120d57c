import { describe, expect, it } from 'vitest';
import { changeNoticeOf, isSufficientBasis, OBLIGATION_KINDS, packsInForce, ruleOf } from '../../src/domain/policy-pack.ts';
import { checkPack } from '../../src/domain/policy-check.ts';
import type { PolicyPack, PolicyRule, VersionedPack } from '../../src/domain/policy-pack.ts';
import { nanchang, regulation809 } from '../support/shipped.ts';

const rule = (part: object = {}): PolicyRule => ({
  id: 'normative-check',
  article: '第十四条',
  value: 3,
  unit: 'working-day',
  bound: 'at-most',
  startEvent: 'SharingApplicationReceived',
  endEvent: 'FormalityCheckPassed',
  extension: null,
  wording: null,
  ...part,
});
const guard = (part: object = {}): PolicyRule =>
  rule({ id: 'change-notice', article: '第九条', value: 1, unit: 'calendar-month', bound: 'at-least', ...part });

/** A pack as an officer might hand it in: its members need not keep to the types. */
const pack = (part: object = {}): PolicyPack => ({
  id: 'city-setting',
  title: '南昌市数据共享补充规定',
  documentNumber: '洪数字〔2026〕1号',
  issuer: '南昌市大数据发展管理局',
  effectiveFrom: '2026-01-01',
  effectiveUntil: null,
  legalBasisTypes: ['law'],
  rules: [rule()],
  ...part,
});

const TOO_LONG = 'is longer than 1,000 working days, 120 months or 10 years';

describe('checking a pack', () => {
  it.each([
    ['nc-2019', nanchang],
    ['sc-809-2025', regulation809],
  ])('finds nothing wrong with the shipped %s', (_, shipped) => {
    expect(checkPack(shipped)).toEqual([]);
  });

  it.each([
    ['one rule', pack()],
    ['no rule at all', pack({ rules: [] })],
    ['a last day that is the first', pack({ effectiveUntil: '2026-01-01' })],
    ['a duty without a number', pack({ rules: [rule({ value: null, unit: null })] })],
    ['a duty that takes its length from the entry', pack({ rules: [rule({ id: 'refresh', value: null, unit: 'update-cycle' })] })],
    ['an extension', pack({ rules: [rule({ extension: { atMost: 5, needs: '同意' } })] })],
    ['no events', pack({ rules: [rule({ startEvent: null, endEvent: null })] })],
    ['the month guard', pack({ rules: [guard()] })],
    [
      'the longest terms',
      pack({ rules: [rule({ value: 1_000, extension: { atMost: 1_000, needs: '同意' } }), guard({ value: 120 })] }),
    ],
    ['the most years', pack({ rules: [rule({ value: 10, unit: 'year' })] })],
  ])('accepts %s', (_, accepted) => {
    expect(checkPack(accepted)).toEqual([]);
  });

  it.each([
    ['id', { id: 'nc-2020' }, 'must be one of nc-2019, sc-809-2025, city-setting'],
    ['title', { title: '' }, 'is missing'],
    ['documentNumber', { documentNumber: '' }, 'is missing'],
    ['issuer', { issuer: '' }, 'is missing'],
    ['effectiveFrom', { effectiveFrom: '2026-02-30' }, 'must be a date'],
    ['effectiveUntil', { effectiveUntil: '2026-13-01' }, 'must be a date'],
    ['effectiveUntil', { effectiveUntil: '2025-12-31' }, 'lies before effectiveFrom'],
    ['legalBasisTypes.1', { legalBasisTypes: ['law', 'custom'] }, 'is not a legal-basis type'],
    ['rules.0.id', { rules: [rule({ id: 'tea-break' })] }, 'is not an obligation kind'],
    ['rules.1.id', { rules: [rule(), rule({ value: 5 })] }, 'stands there twice'],
    ['rules.0.article', { rules: [rule({ article: '' })] }, 'is missing'],
    ['rules.0.value', { rules: [rule({ value: 0 })] }, 'must be a positive integer'],
    ['rules.0.value', { rules: [rule({ value: 1.5 })] }, 'must be a positive integer'],
    ['rules.0.value', { rules: [rule({ value: 1_001 })] }, TOO_LONG],
    ['rules.0.value', { rules: [rule({ value: 121, unit: 'month' })] }, TOO_LONG],
    ['rules.0.value', { rules: [guard({ value: 121 })] }, TOO_LONG],
    ['rules.0.value', { rules: [rule({ value: 11, unit: 'year' })] }, TOO_LONG],
    ['rules.0.extension.atMost', { rules: [rule({ extension: { atMost: 1_001, needs: '同意' } })] }, TOO_LONG],
    [
      'rules.0.unit',
      { rules: [rule({ unit: 'fortnight' })] },
      'must be one of working-day, calendar-month, month, year, update-cycle',
    ],
    ['rules.0.unit', { rules: [rule({ value: null })] }, 'a number needs a unit, and only update-cycle stands without a number'],
    ['rules.0.unit', { rules: [rule({ unit: null })] }, 'a number needs a unit, and only update-cycle stands without a number'],
    [
      'rules.0.unit',
      { rules: [rule({ unit: 'update-cycle' })] },
      'a number needs a unit, and only update-cycle stands without a number',
    ],
    ['rules.0.bound', { rules: [rule({ bound: 'at-least' })] }, 'change-notice is at-least, every other rule at-most'],
    ['rules.0.bound', { rules: [guard({ bound: 'at-most' })] }, 'change-notice is at-least, every other rule at-most'],
    ['rules.0.bound', { rules: [rule({ bound: 'about' })] }, 'change-notice is at-least, every other rule at-most'],
    ['rules.0.unit', { rules: [guard({ unit: 'working-day' })] }, 'change-notice is counted in calendar months'],
    ['rules.0.startEvent', { rules: [rule({ startEvent: 'application.received' })] }, 'is not an event type'],
    ['rules.0.endEvent', { rules: [rule({ endEvent: 'toString' })] }, 'is not an event type'],
    ['rules.0.extension.atMost', { rules: [rule({ extension: { atMost: 0, needs: '同意' } })] }, 'must be a positive integer'],
    [
      'rules.0.extension',
      { rules: [rule({ value: null, unit: null, extension: { atMost: 1, needs: '同意' } })] },
      'a rule without a number cannot be extended',
    ],
  ])('names %s when it is wrong (%j)', (path, part, message) => {
    expect(checkPack(pack(part))).toEqual([{ path, message }]);
  });

  it('names every fault at once', () => {
    const faults = checkPack(pack({ title: '', rules: [rule({ article: '' }), rule({ id: 'mount', value: -1 })] }));
    expect(faults.map(({ path }) => path)).toEqual(['title', 'rules.0.article', 'rules.1.value']);
  });
});

describe('the shipped packs', () => {
  const numbers = (shipped: PolicyPack): Record<string, unknown> =>
    Object.fromEntries(shipped.rules.map(({ id, value, unit, extension }) => [id, [value, unit, extension?.atMost ?? null]]));

  it('nc-2019 has the numbers of the measure, and no extension', () => {
    expect(numbers(nanchang)).toEqual({
      'normative-check': [3, 'working-day', null],
      'provider-reply': [5, 'working-day', null],
      'provide-after-consent': [null, null, null],
      'relay-to-upper-level': [null, null, null],
      'open-reply': [5, 'working-day', null],
      'open-after-consent': [null, null, null],
      'change-notice': [1, 'calendar-month', null],
      'catalog-update': [null, null, null],
      'catalog-review': [null, null, null],
      correction: [null, null, null],
      refresh: [null, 'update-cycle', null],
      mount: [null, null, null],
      'yunzhang-change': [null, null, null],
      'demand-answer': [null, null, null],
      rectification: [null, null, null],
      'yearly-security-test': [1, 'year', null],
      'yearly-risk-assessment': [1, 'year', null],
      'yearly-drill': [1, 'year', null],
    });
  });

  it('sc-809-2025 has the numbers of the regulation, with its two extensions', () => {
    expect(numbers(regulation809)).toEqual({
      'reply-unconditional': [1, 'working-day', null],
      'reply-conditional': [10, 'working-day', 10],
      'provide-after-consent': [20, 'working-day', null],
      'catalog-update': [10, 'working-day', 5],
      'catalog-review': [2, 'working-day', null],
      correction: [10, 'working-day', null],
      refresh: [null, 'update-cycle', null],
    });
  });

  it('have a rule for every kind of duty between them', () => {
    const kinds = new Set([nanchang, regulation809].flatMap(({ rules }) => rules.map(({ id }) => id)));
    expect([...kinds].sort()).toEqual([...OBLIGATION_KINDS].sort());
  });
});

describe('packs in force', () => {
  const ids = (packs: readonly PolicyPack[], date: string): readonly string[] => packsInForce(packs, date).map(({ id }) => id);

  it('begin on their first day and run side by side', () => {
    const packs = [nanchang, regulation809];
    expect(ids(packs, '2019-12-05')).toEqual([]);
    expect(ids(packs, '2019-12-06')).toEqual(['nc-2019']);
    expect(ids(packs, '2025-07-31')).toEqual(['nc-2019']);
    expect(ids(packs, '2025-08-01')).toEqual(['nc-2019', 'sc-809-2025']);
  });

  it('end after their last day', () => {
    const packs = [pack({ effectiveUntil: '2026-06-30' })];
    expect([ids(packs, '2026-06-30'), ids(packs, '2026-07-01')]).toEqual([['city-setting'], []]);
  });

  it('are replaced by a later version from its own first day, even when that version has ended', () => {
    const first: VersionedPack = { ...pack(), version: 1 };
    const second: VersionedPack = { ...pack({ effectiveFrom: '2026-03-01', effectiveUntil: '2026-08-31' }), version: 2 };
    const versions = (date: string): readonly number[] => packsInForce([first, second], date).map(({ version }) => version);
    expect([versions('2026-02-28'), versions('2026-03-01'), versions('2026-09-01')]).toEqual([[1], [2], []]);
  });
});

describe('what a pack says', () => {
  it('about a duty', () => {
    expect(ruleOf(nanchang, 'provider-reply')?.value).toBe(5);
    expect(ruleOf(nanchang, 'reply-conditional')).toBeUndefined();
  });

  it('about a legal basis (R11.4)', () => {
    expect(isSufficientBasis(nanchang, 'provincial-policy')).toBe(true);
    expect(isSufficientBasis(regulation809, 'provincial-policy')).toBe(false);
    expect(isSufficientBasis(regulation809, 'state-council-decision')).toBe(true);
    expect(isSufficientBasis(nanchang, 'state-council-decision')).toBe(false);
  });
});

describe('the notice before a change (R9.1)', () => {
  const confirmed = (packs: readonly PolicyPack[]) => packs.map((one) => ({ ...one, version: 3 }));

  it('is one month under the measure', () => {
    expect(changeNoticeOf(confirmed([nanchang, regulation809]))).toEqual({
      pack: 'nc-2019',
      version: 3,
      article: '第九条',
      months: 1,
    });
  });

  it('is the longest that any pack asks for, the first of two equal ones', () => {
    const longer = pack({ rules: [guard({ value: 2, article: '第二条' })] });
    const equal = pack({ rules: [guard({ article: '第三条' })] });
    expect(changeNoticeOf(confirmed([nanchang, longer]))).toEqual({
      pack: 'city-setting',
      version: 3,
      article: '第二条',
      months: 2,
    });
    expect(changeNoticeOf(confirmed([longer, nanchang]))).toEqual({
      pack: 'city-setting',
      version: 3,
      article: '第二条',
      months: 2,
    });
    expect(changeNoticeOf(confirmed([nanchang, equal]))).toEqual({ pack: 'nc-2019', version: 3, article: '第九条', months: 1 });
  });

  it('is none where no pack in force has one, or one without a number', () => {
    expect(changeNoticeOf(confirmed([regulation809]))).toBeNull();
    expect(changeNoticeOf(confirmed([pack({ rules: [guard({ value: null, unit: null })] })]))).toBeNull();
    expect(changeNoticeOf(confirmed([]))).toBeNull();
  });
});
