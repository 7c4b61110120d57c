import { describe, expect, it } from 'vitest';
import type { OrganizationId } from '../../src/domain/ids.ts';
import type { LegalBasis } from '../../src/domain/catalog-entry.ts';
import { asId } from '../../src/domain/ids.ts';
import { catalog } from '../../src/projections/catalog.ts';
import { namedOn, type CatalogDocument } from '../../src/projections/catalog-document.ts';
import { findingsOf, findingsOn } from '../../src/projections/catalog-findings.ts';
import { matches } from '../../src/projections/matches.ts';
import { history, type DataOf, type History } from '../support/events.ts';
import { entryOf, itemOf, law, notSharedEntry } from '../support/entries.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { area, CODE, EFFECT, recipient, SHA, table } from '../support/resources.ts';
import { nanchang, regulation809 } from '../support/shipped.ts';

const PROVIDER = 'organization-org-1';
const STREAM = 'resource-resource-1';
const change = 'change-1';
const entry = entryOf();
const names = { name: '南昌市市场监督管理局', shortName: '市市场监管局', aliases: ['工商局'] };
/** An organization registered without a day bears its names from that of the record on. */
const named = { ...names, from: '2026-01-05' };
const operatorId = asId<OrganizationId>('org-operator');

const registration = (part: Partial<DataOf<'OrganizationRegistered'>> = {}): DataOf<'OrganizationRegistered'> => ({
  ...names,
  level: 'city',
  kind: 'department',
  divisionCode: '360100',
  parent: null,
  functions: [],
  receivesApplications: false,
  providerCode: null,
  validFrom: null,
  ...part,
});
const operatorRegistration = registration({
  name: '南昌市经济信息中心',
  receivesApplications: true,
  functions: ['platform-operator'],
});

const missingCode = { code: 'provider-code-missing', rule: 'R7.1', path: 'providerCode', pack: null, since: null, until: null };

/** Two organizations, then a draft: minutes 0, 1 and 2 from 2026-01-05T01:00Z. */
const begun = (told = entry): History => {
  const log = history();
  log.recorded(PROVIDER, 'OrganizationRegistered', registration());
  log.recorded('organization-org-operator', 'OrganizationRegistered', operatorRegistration);
  log.recorded(STREAM, 'ResourceDrafted', { ...area, entry: told });
  return log;
};
const inCatalog = (told = entry): History => {
  const log = begun(told);
  log.recorded(STREAM, 'ResourceSubmitted', { code: CODE, round: 1 });
  log.recorded(STREAM, 'DepartmentReviewApproved', { round: 1, comment: null });
  log.recorded(STREAM, 'OperatorReviewApproved', { round: 1, comment: '同意' });
  log.recorded(STREAM, 'ResourcePublished', { ...area, code: CODE, version: 1, entry: told, publishedOn: '2026-01-05' });
  return log;
};
const asked = {
  change,
  kind: 'update',
  ground: 'ordinary',
  effectiveOn: '2026-02-10',
  earliestEffective: '2026-02-06',
  yielded: null,
  entry: entryOf({ abstract: '新' }),
  reason: '业务调整',
  recipients: [recipient('org-user')],
} as const;
const requested = (): DataOf<'ResourceChangeRequested'> => ({ ...area, ...asked });

const documentOf = ({ events }: History): CatalogDocument => {
  const document = project(catalog, events).get('resource-1');
  if (document === undefined) throw new Error('no document');
  return document;
};
const nameOn = (document: CatalogDocument | undefined, day: string): string | undefined =>
  document && namedOn(document, day).providerNames.name;
const field = (name: string, document: CatalogDocument) => catalog.fields[name]?.(document);

const draft = {
  id: 'resource-1',
  revision: 0,
  status: 'draft',
  ...area,
  providerNames: [named],
  providerCode: null,
  operator: operatorId,
  code: null,
  version: 0,
  entry,
  catalog: 'sharing',
  publishedOn: null,
  withdrawnAt: null,
  lastReview: null,
  mount: null,
  content: null,
  refreshes: 0,
  lastRefreshedAt: null,
  suspended: null,
  change: null,
  findings: [missingCode],
};
const published = {
  ...draft,
  revision: 4,
  status: 'published',
  code: CODE,
  version: 1,
  publishedOn: '2026-01-05',
  lastReview: { by: 'operator', decision: 'approve', comment: '同意', at: '2026-01-05T01:05:00.000Z' },
};

describe('the catalog on the way to publication', () => {
  it('has a draft with its provider and operator, not listed', () => {
    const document = documentOf(begun());
    expect(document).toEqual(draft);
    expect(field('listed', document)).toBe(false);
  });

  it('follows revisions, submission and both gates', () => {
    const log = begun();
    const better = entryOf({ title: '名录', open: true, openCondition: '无' });
    log.recorded(STREAM, 'ResourceRevised', { entry: better });
    const shown = { ...draft, entry: better, catalog: 'open' };
    expect(documentOf(log)).toEqual({ ...shown, revision: 1 });
    log.recorded(STREAM, 'ResourceSubmitted', { code: CODE, round: 1 });
    expect(documentOf(log)).toEqual({ ...shown, revision: 2, status: 'submitted', code: CODE });
    log.recorded(STREAM, 'DepartmentReviewReturned', { round: 1, comment: '缺类型' });
    expect(documentOf(log)).toMatchObject({ status: 'returned', lastReview: { by: 'department', decision: 'return', comment: '缺类型', at: '2026-01-05T01:05:00.000Z' } }); // prettier-ignore
    log.recorded(STREAM, 'DepartmentReviewApproved', { round: 2, comment: null });
    expect(documentOf(log)).toMatchObject({ status: 'department-approved', lastReview: { by: 'department', decision: 'approve', comment: null, at: '2026-01-05T01:06:00.000Z' } }); // prettier-ignore
    log.recorded(STREAM, 'OperatorReviewReturned', { round: 2, comment: '请补充' });
    expect(documentOf(log)).toMatchObject({ status: 'returned', lastReview: { by: 'operator', decision: 'return', comment: '请补充', at: '2026-01-05T01:07:00.000Z' } }); // prettier-ignore
  });

  it('lists what is published', () => {
    const document = documentOf(inCatalog());
    expect(document).toEqual(published);
    expect(field('listed', document)).toBe(true);
  });

  it('knows nothing of a resource that was never drafted', () => {
    const log = history();
    log.recorded(STREAM, 'ResourceSubmitted', { code: CODE, round: 1 });
    expect(project(catalog, log.events).size).toBe(0);
  });

  it('takes an unregistered provider without names', () => {
    const log = history();
    log.recorded(STREAM, 'ResourceDrafted', { ...area, entry });
    expect(documentOf(log)).toEqual({ ...draft, providerNames: [], operator: null });
    expect(namedOn(documentOf(log), '2026-01-05').providerNames).toEqual({ name: '', shortName: null, aliases: [] });
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...names, effectiveOn: '2026-02-01', document: null });
    expect(documentOf(log).providerNames).toEqual([{ ...names, from: '2026-02-01' }]);
  });
});

describe('the catalog of what is supplied', () => {
  it('shows mount, content and refreshes', () => {
    const log = inCatalog();
    const content = { sha256: SHA, bytes: 9, columns: ['企业名称'], rows: 1 };
    log.recorded(STREAM, 'ResourceMounted', { mount: table, round: 1 });
    log.recorded(STREAM, 'ResourceContentStored', content);
    log.recorded(STREAM, 'ResourceRefreshed', {
      provider: area.provider,
      updateCycle: 'monthly',
      round: 3,
      occurredAt: '2026-01-04T00:00:00.000Z',
      note: null,
    });
    const supplied = {
      ...published,
      revision: 7,
      mount: { mount: table, at: '2026-01-05T01:07:00.000Z' },
      content: { ...content, at: '2026-01-05T01:08:00.000Z' },
      refreshes: 3,
      lastRefreshedAt: '2026-01-04T00:00:00.000Z',
    };
    expect(documentOf(log)).toEqual(supplied);
    log.recorded(STREAM, 'ResourceMounted', { mount: { mode: 'table', table: 'new' }, round: 1 });
    expect(documentOf(log)).toEqual({
      ...supplied,
      revision: 8,
      mount: { mount: { mode: 'table', table: 'new' }, at: '2026-01-05T01:10:00.000Z' },
      content: null,
    });
  });

  it('shows a suspension until it is resumed', () => {
    const log = inCatalog();
    log.recorded(STREAM, 'ResourceSupplySuspended', { change: null, reason: '泄露' });
    expect(documentOf(log).suspended).toEqual({ reason: '泄露', at: '2026-01-05T01:07:00.000Z' });
    log.recorded(STREAM, 'ResourceSupplyResumed', { reason: '已排除' });
    expect(documentOf(log)).toEqual({ ...published, revision: 6 });
  });
});

describe('the catalog of what changes (R9)', () => {
  const announced = {
    ...asked,
    requestedBy: 'account-1',
    requestedAt: '2026-01-05T01:07:00.000Z',
    takesEffectAt: null,
    recipients: [{ ...recipient('org-user'), toldAt: '2026-01-05T01:07:00.000Z' }],
    acknowledged: [],
    objections: [],
  };
  const pending = (): History => {
    const log = inCatalog();
    log.recorded(STREAM, 'ResourceChangeRequested', requested());
    return log;
  };

  it('announces a change', () => {
    expect(documentOf(pending())).toEqual({ ...published, revision: 5, change: announced });
  });

  it('shows who was told and what they said, and when it takes effect', () => {
    const log = pending();
    const organization = recipient('org-user').organization;
    log.recorded(STREAM, 'ResourceChangeRecipientAdded', { change, recipient: recipient('org-2') });
    log.recorded(STREAM, 'ResourceChangeAcknowledged', { change, organization });
    log.recorded(STREAM, 'ResourceChangeObjected', { change, organization, reason: '系统未改造' });
    log.recorded(STREAM, 'ResourceChangeApproved', { change, comment: null, takesEffectAt: '2026-02-09T16:00:00.000Z' });
    expect(documentOf(log).change).toEqual({
      ...announced,
      recipients: [...announced.recipients, { ...recipient('org-2'), toldAt: '2026-01-05T01:08:00.000Z' }],
      acknowledged: [{ organization, at: '2026-01-05T01:09:00.000Z' }],
      objections: [{ organization, reason: '系统未改造', at: '2026-01-05T01:10:00.000Z' }],
      takesEffectAt: '2026-02-09T16:00:00.000Z',
    });
  });

  it('forgets a returned change and ignores what is said of none', () => {
    const log = pending();
    log.recorded(STREAM, 'ResourceChangeReturned', { change, comment: '不妥' });
    expect(documentOf(log)).toEqual({ ...published, revision: 6 });
    log.recorded(STREAM, 'ResourceChangeAcknowledged', { change, organization: recipient('org-user').organization });
    expect(documentOf(log)).toEqual({ ...published, revision: 7 });
  });

  it('has the new version once it took effect, with what is still bound to it', () => {
    const log = inCatalog();
    log.recorded(STREAM, 'ResourceMounted', { mount: table, round: 1 });
    log.recorded(STREAM, 'ResourceContentStored', { sha256: SHA, bytes: 9, columns: [], rows: 0 });
    log.recorded(STREAM, 'ResourceChangeRequested', requested());
    const after = entryOf({ abstract: '新', open: true, openCondition: '无' });
    const instant = '2026-02-09T16:00:00.000Z';
    log.recorded(STREAM, 'ResourceChangeTookEffect', { ...EFFECT, change, kind: 'update', instant, version: 2, entry: after });
    const changed = documentOf(log);
    expect(changed).toEqual({
      ...published,
      revision: 8,
      entry: after,
      catalog: 'open',
      version: 2,
      mount: { mount: table, at: '2026-01-05T01:07:00.000Z' },
      content: { sha256: SHA, bytes: 9, columns: [], rows: 0, at: '2026-01-05T01:08:00.000Z' },
    });
    const moved = { ...after, shareMode: 'file' } as const;
    log.recorded(STREAM, 'ResourceChangeTookEffect', { ...EFFECT, change, kind: 'update', instant, version: 3, entry: moved });
    expect(documentOf(log)).toEqual({ ...changed, revision: 9, entry: moved, version: 3, mount: null, content: null });
  });

  it('delists what is withdrawn and keeps its last entry', () => {
    const log = pending();
    const instant = '2026-02-09T16:00:00.000Z';
    log.recorded(STREAM, 'ResourceChangeTookEffect', { ...EFFECT, change, kind: 'withdrawal', instant, version: 1, entry: null });
    const document = documentOf(log);
    expect(document).toEqual({ ...published, revision: 6, status: 'withdrawn', withdrawnAt: instant });
    expect(field('listed', document)).toBe(false);
  });
});

describe('what many entries share', () => {
  it("follows a provider's new names from their day on, also for what is drafted before it (R2.1, decision 9)", () => {
    const log = inCatalog();
    const renamed = { name: '新名', shortName: null, aliases: [] };
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...renamed, effectiveOn: '2026-02-01', document: null });
    const both = [named, { ...renamed, from: '2026-02-01' }];
    log.recorded('resource-resource-2', 'ResourceDrafted', { ...area, entry });
    log.recorded('resource-resource-3', 'ResourceDrafted', { ...area, provider: operatorId, entry });
    const documents = project(catalog, log.events);
    expect(documents.get('resource-1')).toEqual({ ...published, providerNames: both });
    expect(documents.get('resource-2')?.providerNames).toEqual(both);
    expect(nameOn(documents.get('resource-3'), '2026-02-01')).toBe('南昌市经济信息中心');
    const shown = ['2019-01-01', '2026-01-31'].map((day) => namedOn(documentOf(log), day).providerNames);
    expect(shown).toEqual([names, names]);
    expect(namedOn(documentOf(log), '2026-02-01')).toEqual({ ...published, providerNames: renamed });
  });

  it('is found by every name of its provider, the old one and the one to come', () => {
    const log = inCatalog();
    const renamed = { name: '新名', shortName: null, aliases: ['工商局'] };
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...renamed, effectiveOn: '2027-01-01', document: null });
    for (const search of [names.name, '市市场监管局', '新名']) expect(matches({ search }, catalog, documentOf(log))).toBe(true);
    expect(catalog.text?.(documentOf(log)).filter((part) => part === '工商局')).toHaveLength(1);
  });

  it('keeps the names of its time once it is withdrawn, whatever was recorded before or after (R2.1)', () => {
    const log = inCatalog();
    const renamed = (name: string, effectiveOn: string) =>
      log.recorded(PROVIDER, 'OrganizationRenamed', { ...names, name, effectiveOn, document: null });
    renamed('乙局', '2026-02-01');
    renamed('丙局', '2026-04-01');
    const gone = { ...EFFECT, change, kind: 'withdrawal', instant: '2026-02-28T16:00:00.000Z', version: 1, entry: null } as const;
    log.recorded(STREAM, 'ResourceChangeTookEffect', gone);
    const before = documentOf(log);
    renamed('丁局', '2026-02-15');
    expect(documentOf(log)).toEqual(before);
    const days = ['2026-01-31', '2026-02-28', '2026-03-01', '2026-04-01'];
    expect(days.map((day) => nameOn(before, day))).toEqual([names.name, '乙局', '乙局', '乙局']);
  });

  it('keeps the later name when an earlier one is recorded after it (R2.1)', () => {
    const log = inCatalog();
    const later = { name: '丙局', shortName: null, aliases: [] };
    const earlier = { ...later, name: '乙局' };
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...later, effectiveOn: '2026-03-01', document: null });
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...earlier, effectiveOn: '2026-02-01', document: null });
    log.recorded('resource-resource-2', 'ResourceDrafted', { ...area, entry });
    const documents = project(catalog, log.events);
    for (const id of ['resource-1', 'resource-2'])
      expect(['2026-02-28', '2026-03-01'].map((day) => nameOn(documents.get(id), day))).toEqual(['乙局', '丙局']);
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...earlier, effectiveOn: '2026-03-01', document: null });
    expect(nameOn(documentOf(log), '2026-03-01')).toEqual('乙局');
  });

  it('finds its operator by level and area, also when that comes later', () => {
    const log = history();
    log.recorded(PROVIDER, 'OrganizationRegistered', registration());
    log.recorded(STREAM, 'ResourceDrafted', { ...area, entry });
    log.recorded('resource-resource-2', 'ResourceDrafted', { ...area, divisionCode: '360111', entry });
    expect(documentOf(log).operator).toBeNull();
    log.recorded('organization-org-operator', 'OrganizationRegistered', operatorRegistration);
    log.recorded('organization-org-3', 'OrganizationRegistered', registration({ ...operatorRegistration, level: 'county' }));
    const documents = project(catalog, log.events);
    expect(documents.get('resource-1')).toEqual(draft);
    expect(documents.get('resource-2')?.operator).toBeNull();
  });

  it('has no finding on a provider whose code is filed', () => {
    const log = history();
    log.recorded(PROVIDER, 'OrganizationRegistered', registration({ providerCode: '11360100MB1234567X' }));
    log.recorded(STREAM, 'ResourceDrafted', { ...area, entry });
    expect(documentOf(log)).toMatchObject({ providerCode: '11360100MB1234567X', findings: [] });
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...names, effectiveOn: '2026-02-01', document: null });
    log.recorded('resource-resource-2', 'ResourceDrafted', { ...area, entry });
    expect(project(catalog, log.events).get('resource-2')?.findings).toEqual([]);
  });

  it('finds bases that a pack does not let suffice, whichever came first (R11.4)', () => {
    const policy: LegalBasis = { ...law, type: 'provincial-policy' };
    const insufficient = { code: 'legal-basis-insufficient', rule: 'R11.4', path: 'items[0].legalBasis', pack: 'sc-809-2025', since: '2025-08-01', until: null }; // prettier-ignore
    const resting = { ...notSharedEntry, items: [itemOf('姓名', { shareType: 'not-shared', legalBasis: policy })] } as const;
    const log = begun(resting);
    log.recorded('policy-sc-809-2025', 'PolicyConfirmed', { version: 1, pack: regulation809 });
    log.recorded('policy-nc-2019', 'PolicyConfirmed', { version: 1, pack: nanchang });
    log.recorded('resource-resource-2', 'ResourceDrafted', { ...area, entry: resting });
    log.recorded('resource-resource-3', 'ResourceDrafted', { ...area, entry });
    const findings = [...project(catalog, log.events).values()].map((document) => document.findings);
    expect(findings).toEqual([[missingCode, insufficient], [missingCode, insufficient], [missingCode]]);
    log.recorded(STREAM, 'ResourceRevised', { entry });
    expect(documentOf(log).findings).toEqual([missingCode]);
  });

  it('leaves untouched what a pack changes nothing in', () => {
    const confirmed = begun().recorded('policy-nc-2019', 'PolicyConfirmed', { version: 1, pack: nanchang });
    const shared = catalog.shared?.evolve(catalog.shared.initial, confirmed) ?? {
      providers: {},
      operators: {},
      laws: {},
      successors: {},
    };
    const [all] = catalog.project(confirmed, shared);
    if (all === undefined || 'id' in all) throw new Error('a pack concerns all entries');
    expect(all.apply(documentOf(begun()))).toEqual([]);
  });

  it('goes over to the body that absorbed its provider or its operator, with names, code and findings (R2.1, R7.3)', () => {
    const log = inCatalog();
    const heir = asId<OrganizationId>('org-heir');
    const code = '11360100014500000X';
    const others = { name: '南昌市大数据局', shortName: null, aliases: [] };
    log.recorded('organization-org-heir', 'OrganizationRegistered', registration({ ...others, providerCode: code }));
    const none = { absorbed: [], functions: [], operates: [] };
    const absorb = (from: OrganizationId) =>
      log.recorded('organization-org-heir', 'OrganizationAbsorbed', { from, effectiveOn: '2026-01-05', ...none });
    absorb(operatorId);
    expect(documentOf(log)).toMatchObject({
      provider: area.provider,
      providerNames: [named],
      operator: heir,
      findings: [missingCode],
    });
    absorb(area.provider);
    const mine = { provider: heir, providerNames: [{ ...others, from: '2026-01-05' }], providerCode: code, operator: heir };
    expect(documentOf(log)).toMatchObject({ ...mine, findings: [], status: 'published' });
    // Even what the merged body began a moment before it was no more.
    log.recorded('resource-resource-2', 'ResourceDrafted', { ...area, entry });
    expect(project(catalog, log.events).get('resource-2')).toMatchObject({ ...mine, findings: [] });
    assertSplitsAgree(catalog, log.events);
  });

  it('loses its finding once the provider has filed its code (R7.1)', () => {
    const log = inCatalog();
    log.recorded('organization-org-operator', 'ProviderCodeFiled', { providerCode: '000000000000000000' });
    expect(documentOf(log).findings).toEqual([missingCode]);
    log.recorded(PROVIDER, 'ProviderCodeFiled', { providerCode: '91350100M000100Y43' });
    log.recorded('resource-resource-2', 'ResourceDrafted', { ...area, entry });
    for (const document of project(catalog, log.events).values())
      expect([document.providerCode, document.findings]).toEqual(['91350100M000100Y43', []]);
    assertSplitsAgree(catalog, log.events);
  });

  it('keeps the provider of its time once it is withdrawn', () => {
    const log = inCatalog();
    const gone = { provider: area.provider, change, kind: 'withdrawal', instant: '2026-01-05T16:00:00.000Z', version: 1, entry: null, remounting: null } as const; // prettier-ignore
    log.recorded(STREAM, 'ResourceChangeTookEffect', gone);
    const none = { absorbed: [], functions: [], operates: [] };
    log.recorded('organization-org-heir', 'OrganizationAbsorbed', { from: area.provider, effectiveOn: '2026-01-05', ...none });
    expect(documentOf(log)).toMatchObject({ provider: area.provider, providerNames: [named] });
  });

  it('shows a finding on the days on which its pack is in force', () => {
    const basis: LegalBasis = { ...law, type: 'provincial-policy' };
    const findings = findingsOf({ ...notSharedEntry, legalBasis: basis }, '11', [
      { ...regulation809, effectiveUntil: '2025-12-31' },
    ]);
    const days = ['2025-07-31', '2025-08-01', '2025-12-31', '2026-01-01'];
    expect(days.map((day) => findingsOn(findings, day).length)).toEqual([0, 1, 1, 0]);
    expect(findingsOn(findingsOf(entry, null, []), '2020-01-01')).toEqual([missingCode]);
  });
});

describe('how the catalog is asked', () => {
  it('offers these fields', () => {
    const document = documentOf(inCatalog());
    expect(Object.fromEntries(Object.keys(catalog.fields).map((name) => [name, field(name, document)]))).toEqual({
      listed: true,
      status: 'published',
      provider: 'org-1',
      operator: 'org-operator',
      level: 'city',
      divisionCode: '360100',
      domain: '信用',
      shareType: 'unconditional',
      shareMode: 'table',
      open: false,
      updateCycle: 'monthly',
      title: '企业经营异常名录',
      publishedOn: '2026-01-05',
    });
  });

  it('has its indexes over fields that it has', () => {
    expect(catalog.indexes.flat().filter((name) => !(name in catalog.fields))).toEqual([]);
    expect([catalog.name, catalog.version, catalog.history]).toEqual(['catalog', 3, true]);
  });

  it('searches these parts', () => {
    const document = documentOf(inCatalog());
    expect(catalog.text?.(document)).toEqual(['企业经营异常名录', entry.abstract, '信用', CODE, '企业名称', '列入日期', names.name, '市市场监管局', '工商局']); // prettier-ignore
    const bare = { ...document, code: null, providerNames: [{ name: '局', shortName: null, aliases: [], from: '2026-01-05' }] };
    expect(catalog.text?.(bare)).toEqual(['企业经营异常名录', entry.abstract, '信用', '企业名称', '列入日期', '局']);
    expect(matches({ search: '工商局 列入' }, catalog, document)).toBe(true);
  });

  it('takes no notice of what it does not handle', () => {
    const other = history().recorded('account-1', 'AccountDisabled', { organization: area.provider, reason: '离职' });
    const shared = { providers: {}, operators: {}, laws: {}, successors: {} };
    expect([catalog.project(other, shared), catalog.shared?.evolve(shared, other)]).toEqual([[], shared]);
    expect(catalog.handles).not.toContain('AccountDisabled');
  });

  it('is the same in every batch split', () => {
    const log = inCatalog(notSharedEntry);
    log.recorded('policy-sc-809-2025', 'PolicyConfirmed', { version: 1, pack: regulation809 });
    log.recorded(STREAM, 'ResourceMounted', { mount: table, round: 1 });
    log.recorded(STREAM, 'ResourceChangeRequested', requested());
    log.recorded(PROVIDER, 'OrganizationRenamed', { ...names, name: '新名', effectiveOn: '2026-02-01', document: null });
    log.recorded(STREAM, 'ResourceChangeReturned', { change, comment: '不妥' });
    assertSplitsAgree(catalog, log.events);
  });
});
