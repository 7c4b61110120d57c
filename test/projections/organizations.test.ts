import { describe, expect, it } from 'vitest';
import { all, eq } from '../../src/projections/filter.ts';
import { matches } from '../../src/projections/matches.ts';
import { findingsOn, namesOn, organizations, statusFilter, statusOn } from '../../src/projections/organizations.ts';
import { history } from '../support/events.ts';
import { accountId, aGrant, organizationId, registration } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { expectServed } from '../support/query-plan.ts';

const [chief, next] = [accountId('a-1'), accountId('a-2')];
const CODE = '91350100M000100Y43';
const codeMissing = { code: 'provider-code-missing', rule: 'R7.1' };
const chiefMissing = { code: 'data-chief-missing', rule: 'R27.1' };
const office = (part: object = {}) => ({
  ...registration(),
  id: 'org-1',
  revision: 0,
  status: 'open',
  dataChief: null,
  mergedInto: null,
  absorbed: [],
  endedOn: null,
  names: [{ name: '南昌市民政局', shortName: '市民政局', aliases: [], from: '2026-01-05' }],
  findings: [codeMissing, chiefMissing],
  ...part,
});
const rename = (name: string, effectiveOn: string) => ({
  name,
  shortName: null,
  aliases: [`原${name}`],
  effectiveOn,
  document: null,
});
const bearing = (name: string, from: string) => ({ name, shortName: null, aliases: [`原${name}`], from });

/** A log whose first event registers `org-1`; the hour is that of the next day in Shanghai. */
const begun = (part: Parameters<typeof registration>[0] = {}) => {
  const log = history('2026-01-04T17:00:00.000Z');
  log.recorded('organization-org-1', 'OrganizationRegistered', registration(part));
  return log;
};
const shown = ({ events }: ReturnType<typeof begun>) => project(organizations, events).get('org-1');

describe('organizations', () => {
  it('show what was registered; the name is borne from that day in Shanghai, or from the day given', () => {
    expect(shown(begun())).toEqual(office());
    expect(shown(begun({ validFrom: '2019-12-06' }))?.names.map(({ from }) => from)).toEqual(['2019-12-06']);
  });

  it('miss the provider code until it is filed (R7.1)', () => {
    const log = begun();
    log.recorded('organization-org-1', 'ProviderCodeFiled', { providerCode: '91350100M000100Y43' });
    expect(shown(log)).toEqual(office({ revision: 1, providerCode: '91350100M000100Y43', findings: [chiefMissing] }));
  });

  it('show the present names, and which were borne from which day', () => {
    const log = begun();
    log.recorded('organization-org-1', 'OrganizationRenamed', rename('丙局', '2026-03-01'));
    log.recorded('organization-org-1', 'OrganizationRenamed', rename('乙局', '2026-02-01'));
    log.recorded('organization-org-1', 'OrganizationRenamed', rename('丁局', '2026-03-01'));
    const first = { name: '南昌市民政局', shortName: '市民政局', aliases: [], from: '2026-01-05' };
    expect(shown(log)).toEqual(
      office({
        revision: 3,
        name: '丁局',
        shortName: null,
        aliases: ['原丁局'],
        names: [first, bearing('乙局', '2026-02-01'), bearing('丙局', '2026-03-01'), bearing('丁局', '2026-03-01')],
      }),
    );
  });

  it('keep their present names when an earlier rename is recorded late', () => {
    const log = begun();
    log.recorded('organization-org-1', 'OrganizationRenamed', rename('丙局', '2026-03-01'));
    log.recorded('organization-org-1', 'OrganizationRenamed', rename('乙局', '2026-02-01'));
    const first = { name: '南昌市民政局', shortName: '市民政局', aliases: [], from: '2026-01-05' };
    expect(shown(log)).toEqual(
      office({
        revision: 2,
        ...{ name: '丙局', shortName: null, aliases: ['原丙局'] },
        names: [first, bearing('乙局', '2026-02-01'), bearing('丙局', '2026-03-01')],
      }),
    );
  });

  it('show the data chief and since when, and miss one that left', () => {
    const log = begun();
    log.recorded('organization-org-1', 'DataChiefFiled', { account: chief, validFrom: '2026-01-05T02:00:00.000Z', document: null });
    expect(shown(log)).toEqual(
      office({ revision: 1, dataChief: { account: chief, since: '2026-01-05T02:00:00.000Z' }, findings: [codeMissing] }),
    );
    log.recorded('organization-org-1', 'DataChiefLeft', { account: chief, reason: 'succeeded' });
    expect(shown(log)).toEqual(office({ revision: 2 }));
    log.recorded('organization-org-1', 'DataChiefFiled', { account: next, validFrom: '2026-01-06T02:00:00.000Z', document: null });
    expect(shown(log)?.dataChief).toEqual({ account: next, since: '2026-01-06T02:00:00.000Z' });
  });

  it('miss no code that is filed, and no chief of an enterprise or of a platform above', () => {
    expect(shown(begun({ providerCode: CODE }))?.findings).toEqual([chiefMissing]);
    expect(shown(begun({ kind: 'public-enterprise' }))?.findings).toEqual([codeMissing]);
    expect(shown(begun({ functions: ['upper-level-platform'] }))?.findings).toEqual([codeMissing]);
  });

  it('show a merger on both sides, and miss nothing any more from its day on', () => {
    const log = begun();
    const merger = { effectiveOn: '2026-02-01', document: '赣府字〔2026〕1号' };
    log.recorded('organization-org-1', 'OrganizationMerged', { into: organizationId('org-2'), ...merger });
    expect(shown(log)).toEqual(office({ revision: 1, status: 'merged', mergedInto: 'org-2', endedOn: '2026-02-01' }));
    const doc = project(organizations, log.events).get('org-1')!;
    expect([findingsOn(doc, '2026-01-31'), findingsOn(doc, '2026-02-01')]).toEqual([[codeMissing, chiefMissing], []]);
    const other = begun();
    other.recorded('organization-org-1', 'OrganizationAbsorbed', {
      from: organizationId('org-2'),
      effectiveOn: '2026-02-01',
      absorbed: [],
      functions: [],
      operates: [],
    });
    other.recorded('organization-org-1', 'OrganizationAbsorbed', { from: organizationId('org-3'), effectiveOn: '2026-02-01', absorbed: [organizationId('org-4')], functions: ['audit'], operates: [] }); // prettier-ignore
    expect(shown(other)).toEqual(office({ revision: 2, absorbed: ['org-2', 'org-3', 'org-4'], functions: ['audit'] }));
  });

  it('show from when one is closed', () => {
    const log = begun();
    log.recorded('organization-org-1', 'OrganizationClosed', { effectiveOn: '2026-02-01', document: null, reason: '撤销' });
    expect(shown(log)).toEqual(office({ revision: 1, status: 'closed', endedOn: '2026-02-01' }));
    log.recorded('organization-org-1', 'OrganizationClosingTookEffect', { effectiveOn: '2026-02-01' });
    expect(shown(log)).toEqual(office({ revision: 2, status: 'closed', endedOn: '2026-02-01' }));
  });

  const busy = begun();
  const other = registration({ name: '湾里区数据局', level: 'county', kind: 'platform-operator', parent: organizationId('org-1') });
  busy.recorded('organization-org-2', 'OrganizationRegistered', other);
  busy.recorded('organization-org-1', 'OrganizationRenamed', rename('丙局', '2026-03-01'));
  busy.recorded('organization-org-1', 'DataChiefFiled', { account: chief, validFrom: '2026-01-05T02:00:00.000Z', document: null });
  busy.recorded('organization-org-1', 'OrganizationRenamed', rename('乙局', '2026-02-01'));
  busy.recorded('organization-org-2', 'OrganizationMerged', {
    into: organizationId('org-1'),
    effectiveOn: '2026-02-01',
    document: null,
  });
  busy.recorded('organization-org-1', 'OrganizationAbsorbed', { from: organizationId('org-2'), effectiveOn: '2026-02-01', absorbed: [], functions: [], operates: [] }); // prettier-ignore
  busy.recorded('organization-org-1', 'DataChiefLeft', { account: chief, reason: '调离' });

  it('come out the same in every batch split', () => {
    assertSplitsAgree(organizations, busy.events);
  });

  it('are found by level, kind, parent, status and name', () => {
    const found = (field: string, value: string): readonly string[] =>
      [...project(organizations, busy.events).values()]
        .filter((doc) => matches(eq(field, value), organizations, doc))
        .map(({ id }) => id);
    const wanted = { level: 'county', kind: 'platform-operator', parent: 'org-1', status: 'merged', name: '湾里区数据局' };
    for (const [field, value] of Object.entries(wanted)) {
      expect(found(field, value), field).toEqual(['org-2']);
      expectServed(organizations, { filter: all(eq(field, value)), limit: 50 });
    }
  });

  it('are what they are on a day: recorded before it, an end comes with it', () => {
    const absorbed = project(organizations, busy.events).get('org-2')!;
    for (const [day, status] of [
      ['2026-01-31', 'open'],
      ['2026-02-01', 'merged'],
    ] as const) {
      expect(statusOn(absorbed, day)).toBe(status);
      for (const one of ['open', 'merged', 'closed'] as const)
        expect(matches(statusFilter(one, day), organizations, absorbed)).toBe(one === status);
    }
    expect(statusOn(project(organizations, busy.events).get('org-1')!, '2099-01-01')).toBe('open');
    expect(matches(statusFilter('open', '2099-01-01'), organizations, project(organizations, busy.events).get('org-1')!)).toBe(
      true,
    );
  });

  it('bear the names of the day', () => {
    const doc = project(organizations, busy.events).get('org-1')!;
    const on = (day: string) => namesOn(doc, day).name;
    expect([on('2019-01-01'), on('2026-01-31'), on('2026-02-01'), on('2026-03-01')]).toEqual([doc.names[0]?.name, doc.names[0]?.name, '乙局', '丙局']); // prettier-ignore
    expect(namesOn(doc, '2026-03-01')).not.toHaveProperty('from');
  });

  it('keep their history', () => {
    expect([organizations.name, organizations.history]).toEqual(['organizations', true]);
  });

  it('hold nothing for one that nobody registered, nor for other events', () => {
    const odd = history();
    odd.recorded('organization-org-3', 'CreationAbandoned', { claim: 'operator-city-360100', commandId: 'c-1' });
    odd.recorded('organization-org-4', 'DataChiefLeft', { account: chief, reason: '' });
    expect(project(organizations, odd.events).size).toBe(0);
    expect(organizations.project(odd.recorded('grant-1', 'GrantRevoked', { ...aGrant, reason: '完成' }), undefined)).toEqual([]);
  });
});
