import { describe, expect, it } from 'vitest';
import { personal } from '../../src/domain/personal.ts';
import { all, eq } from '../../src/projections/filter.ts';
import { mandates } from '../../src/projections/mandates.ts';
import { matches } from '../../src/projections/matches.ts';
import { history } from '../support/events.ts';
import { accountId, aGrant, enrolment, organizationId } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { expectServed } from '../support/query-plan.ts';

const own = organizationId('org-1');
const START = '2026-01-05T01:00:00.000Z';
const at = (minute: string): string => `2026-01-05T01:${minute}:00.000Z`;
const END = '2026-06-30T16:00:00.000Z';
const term = { validFrom: START, validUntil: null };

const log = history(START);
log.recorded('account-a-1', 'AccountRegistered', enrolment({ phone: personal('13800000000', 'a-1') }));
log.recorded('account-a-1', 'RolesProposed', { proposal: 1, roles: ['auditor'], ...term }, { actor: 'admin-1' });
log.recorded(
  'account-a-2',
  'AccountRegistered',
  enrolment({ kind: 'gateway', organization: organizationId('org-2'), assurance: 'basic' }),
);
log.recorded('account-a-1', 'RolesProposed', { proposal: 2, roles: ['data-chief'], ...term }, { actor: 'admin-2' });
log.recorded(
  'account-a-1',
  'RolesGranted',
  { proposal: 1, roles: ['auditor'], ...term, validFrom: at('04') },
  { actor: 'admin-2' },
);
log.recorded('account-a-1', 'RolesGranted', { proposal: null, roles: ['provider-officer'], ...term, validFrom: at('05') });
log.recorded('account-a-1', 'RolesGranted', { proposal: null, roles: ['provider-officer'], validFrom: at('06'), validUntil: END });
log.recorded('account-a-1', 'DelegationGiven', {
  by: accountId('chief-1'),
  organization: own,
  matters: ['replies'],
  validFrom: at('08'),
  validUntil: END,
});
log.recorded('account-a-1', 'RolesRevoked', { organization: own, roles: ['auditor'], reason: '岗位调整' });
log.recorded('account-a-2', 'AccountDisabled', { organization: own, reason: '停用' });
log.recorded('account-a-2', 'RolesRevoked', { organization: own, roles: ['auditor'], reason: '' });

describe('mandates', () => {
  it('show an account with its roles, open proposals and delegations, and its personal fields as the log has them', () => {
    expect(project(mandates, log.events).get('a-1')).toEqual({
      id: 'a-1',
      revision: 7,
      status: 'active',
      kind: 'person',
      organization: 'org-1',
      assurance: 'high',
      roles: [
        { role: 'auditor', validFrom: at('04'), validUntil: at('08') },
        { role: 'provider-officer', validFrom: at('05'), validUntil: at('06') },
        { role: 'provider-officer', validFrom: at('06'), validUntil: END },
      ],
      proposals: [{ proposal: 2, roles: ['data-chief'], ...term, proposedBy: 'admin-2' }],
      proposed: 2,
      delegations: [
        { by: 'chief-1', organization: 'org-1', matters: ['replies'], validFrom: at('08'), validUntil: END, givenAt: at('07') },
      ],
      login: personal('wang.fang', 'a-1'),
      name: personal('王芳', 'a-1'),
      phone: personal('13800000000', 'a-1'),
      registeredAt: START,
      disabledAt: null,
    });
  });

  it('show since when an account is disabled, whatever comes after', () => {
    expect(project(mandates, log.events).get('a-2')).toEqual({
      id: 'a-2',
      revision: 2,
      status: 'disabled',
      kind: 'gateway',
      organization: 'org-2',
      assurance: 'basic',
      roles: [],
      proposals: [],
      proposed: 0,
      delegations: [],
      login: personal('wang.fang', 'a-1'),
      name: personal('王芳', 'a-1'),
      phone: null,
      registeredAt: at('02'),
      disabledAt: at('09'),
    });
  });

  it('come out the same in every batch split', () => {
    assertSplitsAgree(mandates, log.events);
  });

  it('are found by account, organization, kind and status', () => {
    const found = (field: string, value: string): readonly string[] =>
      [...project(mandates, log.events).values()].filter((doc) => matches(eq(field, value), mandates, doc)).map(({ id }) => id);
    expect([found('self', 'a-1'), found('own', 'org-2'), found('kind', 'gateway'), found('status', 'active')]).toEqual([
      ['a-1'],
      ['a-2'],
      ['a-2'],
      ['a-1'],
    ]);
    for (const field of ['self', 'own', 'kind', 'status']) expectServed(mandates, { filter: all(eq(field, 'x')), limit: 50 });
  });

  it('keep their history', () => {
    expect([mandates.name, mandates.history]).toEqual(['mandates', true]);
  });

  it('hold nothing for an account that nobody registered, nor for other events', () => {
    const other = history();
    other.recorded('account-a-3', 'CreationAbandoned', { claim: 'login-x', commandId: 'c-1' });
    other.recorded('account-a-4', 'AccountDisabled', { organization: own, reason: '' });
    expect(project(mandates, other.events).size).toBe(0);
    expect(mandates.project(other.recorded('grant-1', 'GrantRevoked', { ...aGrant, reason: '完成' }), undefined)).toEqual([]);
  });
});
