import { describe, expect, it } from 'vitest';
import type { AccessSubject } from '../../src/domain/events/grant.ts';
import { asId, type GrantId, type OrganizationId } from '../../src/domain/ids.ts';
import { all, eq } from '../../src/projections/filter.ts';
import { matches } from '../../src/projections/matches.ts';
import { usage } from '../../src/projections/usage.ts';
import { history } from '../support/events.ts';
import { aGrant, organizationId } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { expectServed } from '../support/query-plan.ts';

const grant = asId<GrantId>('g-1');
const subject = {
  kind: 'grant',
  grant,
  ...aGrant,
  grantRevision: 0,
  operator: organizationId('org-9'),
  purpose: 'x',
  items: ['姓名'],
} as const satisfies AccessSubject;
const log = history('2026-01-31T15:58:00.000Z');
const ended = { operation: 'query', subject, count: 3, bytes: 9, outcome: 'completed' } as const;
log.recorded('access-1', 'AccessEnded', ended);
log.recorded('access-2', 'AccessEnded', { ...ended, count: 4 });
const first = log.recorded('access-3', 'AccessEnded', ended);
log.recorded('access-4', 'AccessEnded', { ...ended, subject: { kind: 'personal', of: 'a-1' } });
const refused = log.recorded('access-5', 'AccessRefused', { operation: 'query', organization: aGrant.user, grant, subject, code: 'access.grant-not-live' }); // prettier-ignore
log.recorded('access-6', 'AccessRefused', { operation: 'query', organization: aGrant.user, grant, subject: null, code: 'access.no-such-grant' }); // prettier-ignore
const record = { grant, ...aGrant, operator: organizationId('org-9'), operation: 'share', items: [], count: 7, outcome: 'completed', person: null, system: '平台', occurredAt: '2026-01-02T00:00:00.000Z' } as const; // prettier-ignore
log.recorded('access-7', 'AccessesReported', { organization: aGrant.provider, part: 0, records: [record, record] });

describe('usage (R24.4)', () => {
  const of = {
    grant,
    resource: aGrant.resource,
    provider: aGrant.provider,
    user: aGrant.user,
    operator: organizationId('org-9'),
    organization: aGrant.user,
  };

  it('counts accesses and rows by grant, month in Shanghai, operation and outcome, refused attempts too', () => {
    expect([...project(usage, log.events).values()]).toEqual([
      { id: 'g-1.2026-01.query.completed', ...of, month: '2026-01', operation: 'query', outcome: 'completed', accesses: 2, rows: 7, lastAt: '2026-01-31T15:59:00.000Z' }, // prettier-ignore
      { id: 'g-1.2026-02.query.completed', ...of, month: '2026-02', operation: 'query', outcome: 'completed', accesses: 1, rows: 3, lastAt: first.at }, // prettier-ignore
      { id: 'g-1.2026-02.query.refused', ...of, month: '2026-02', operation: 'query', outcome: 'refused', accesses: 1, rows: 0, lastAt: refused.at }, // prettier-ignore
      { id: 'g-1.2026-01.share.completed', ...of, month: '2026-01', operation: 'share', outcome: 'completed', accesses: 2, rows: 14, lastAt: record.occurredAt }, // prettier-ignore
    ]);
  });

  it('counts what others tried apart, for the provider and not for the user', () => {
    const tried = history('2026-02-01T00:00:00.000Z');
    const [stranger, heir] = [organizationId('org-stranger'), organizationId('org-heir')];
    const attempt = (access: string, organization: OrganizationId | null) =>
      tried.recorded(access, 'AccessRefused', { operation: 'query', organization, grant, subject, code: 'thing.not-found' });
    attempt('access-1', stranger);
    attempt('access-2', heir);
    attempt('access-3', null);
    const none = { absorbed: [], functions: [], operates: [] };
    tried.recorded('organization-org-heir', 'OrganizationAbsorbed', { from: aGrant.user, effectiveOn: '2026-02-01', ...none });
    attempt('access-4', heir);
    attempt('access-5', stranger);
    const documents = [...project(usage, tried.events).values()];
    expect(documents.map(({ id, user, organization, accesses }) => [id, user, organization, accesses])).toEqual([
      ['g-1.2026-02.query.refused.org-stranger', aGrant.user, stranger, 2],
      ['g-1.2026-02.query.refused.org-heir', aGrant.user, heir, 1],
      ['g-1.2026-02.query.refused', aGrant.user, aGrant.user, 2],
    ]);
    const seenBy = (field: 'provider' | 'user', body: string) =>
      documents.filter((document) => matches(eq(field, body), usage, document)).map(({ organization }) => organization);
    expect(seenBy('user', aGrant.user)).toEqual([aGrant.user]);
    expect(seenBy('user', stranger)).toEqual([]);
    expect(seenBy('provider', aGrant.provider)).toEqual([stranger, heir, aGrant.user]);
    assertSplitsAgree(usage, tried.events);
  });

  it('gives the same documents in every batch split', () => {
    assertSplitsAgree(usage, log.events);
  });

  it('remembers the latest use, whenever it is reported', () => {
    const later = history();
    const [early, late] = ['2026-01-05T00:20:00.000Z', '2026-01-05T00:45:00.000Z'];
    const records = [
      { ...record, occurredAt: late },
      { ...record, occurredAt: early },
    ];
    later.recorded('access-1', 'AccessesReported', { organization: aGrant.provider, part: 0, records });
    expect([...project(usage, later.events).values()]).toMatchObject([{ accesses: 2, lastAt: late }]);
  });

  it('is found by provider, user, resource, grant, month and operation', () => {
    const [document] = project(usage, log.events).values();
    const values = {
      provider: of.provider,
      user: of.user,
      operator: of.operator,
      resource: of.resource,
      grant,
      month: '2026-01',
      operation: 'query',
    };
    for (const [field, value] of Object.entries(values))
      expect([field, matches(eq(field, value), usage, document as never)]).toEqual([field, true]);
    for (const field of ['provider', 'user', 'operator'] as const)
      expectServed(usage, { filter: all(eq(field, 'x'), eq('month', '2026-01')), limit: 50 });
    for (const field of ['grant', 'month'] as const) expectServed(usage, { filter: all(eq(field, 'x')), limit: 50 });
  });
});
