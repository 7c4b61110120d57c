import { describe, expect, it } from 'vitest';
import { asId, type ResourceId } from '../../src/domain/ids.ts';
import { all, eq } from '../../src/projections/filter.ts';
import { grants } from '../../src/projections/grants.ts';
import { matches } from '../../src/projections/matches.ts';
import { history } from '../support/events.ts';
import { organizationId } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { expectServed } from '../support/query-plan.ts';

const parties = {
  application: null,
  resource: asId<ResourceId>('r-1'),
  provider: organizationId('org-p'),
  user: organizationId('org-u'),
};
const issued = {
  ...parties,
  origin: 'direct',
  resourceVersion: 1,
  operator: null,
  purpose: '信用核查',
  systemName: '审批平台',
  items: [{ item: '企业名称', rows: null }],
  conditions: null,
  period: { from: '2026-01-05', to: null },
  undertaking: { version: '2019-1', accepted: true },
} as const;

const log = history();
log.recorded('grant-g-1', 'GrantIssued', issued);
log.recorded('grant-g-1', 'GrantSuspended', { ...parties, reason: '核查中' });
log.recorded('grant-g-1', 'GrantResumed', { ...parties, reason: '已核清' });
log.recorded('grant-g-1', 'GrantRevoked', { ...parties, reason: '超范围使用' });
const after = (count: number) => project(grants, log.events.slice(0, count)).get('g-1');

describe('grants', () => {
  it('show what was granted, to whom and for what', () => {
    expect(after(1)).toEqual({
      ...issued,
      id: 'g-1',
      revision: 0,
      issuedAt: '2026-01-05T01:00:00.000Z',
      suspended: null,
      revoked: null,
    });
  });

  it('show since when and why they are suspended or revoked', () => {
    expect([2, 3, 4].map(after)).toMatchObject([
      { revision: 1, suspended: { reason: '核查中', at: '2026-01-05T01:01:00.000Z' }, revoked: null },
      { revision: 2, suspended: null, revoked: null },
      { revision: 3, suspended: null, revoked: { reason: '超范围使用', at: '2026-01-05T01:03:00.000Z' } },
    ]);
  });

  it('come out the same in every batch split', () => {
    assertSplitsAgree(grants, log.events);
  });

  it('are found by who takes part and by what the clock is held against', () => {
    for (const [field, value] of [
      ['user', 'org-u'],
      ['provider', 'org-p'],
      ['operator', null],
      ['resource', 'r-1'],
      ['application', null],
      ['suspended', true],
      ['revoked', false],
      ['from', '2026-01-05'],
      ['to', null],
    ] as const)
      expect([field, matches(eq(field, value), grants, after(2) as never)]).toEqual([field, true]);
    for (const field of ['user', 'provider', 'operator', 'application'])
      expectServed(grants, { filter: all(eq(field, 'x')), limit: 50 });
    expectServed(grants, { filter: all(eq('resource', 'x'), eq('revoked', false)), limit: 50 });
  });

  it('hold nothing of a grant that nobody issued, nor of other events', () => {
    const other = history();
    other.recorded('grant-g-2', 'GrantSuspended', { ...parties, reason: '核查中' });
    expect(project(grants, other.events).size).toBe(0);
    expect(
      grants.project(
        other.recorded('account-a', 'AccountDisabled', { organization: organizationId('org-1'), reason: '离职' }),
        undefined,
      ),
    ).toEqual([]);
    expect([grants.name, grants.history]).toEqual(['grants', true]);
  });
});
