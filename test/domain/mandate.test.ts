import { describe, expect, it } from 'vitest';
import type { KnownAccount } from '../../src/domain/account-state.ts';
import type { AccountEvent } from '../../src/domain/events/account.ts';
import type { OrganizationEvent } from '../../src/domain/events/organization.ts';
import { delegatingChief, resolveActor } from '../../src/domain/mandate.ts';
import type { Happened } from '../support/decider-spec.ts';
import { accountId, accountState, granted, LONG_AGO, officeState, organizationId } from '../support/offices.ts';

const AT = '2026-03-01T00:00:00.000Z';
const FILED = '2026-01-10T00:00:00.000Z';
const [who, chief] = [accountId('a-1'), accountId('chief-1')];

const filed = (account = chief, validFrom = FILED): OrganizationEvent => ({
  type: 'DataChiefFiled',
  data: { account, validFrom, document: null },
});
const left = (account = chief): OrganizationEvent => ({ type: 'DataChiefLeft', data: { account, reason: '调离' } });
const delegated = ({
  by = chief,
  at = FILED,
  validFrom = FILED,
  validUntil = '2026-06-01T00:00:00.000Z',
} = {}): Happened<AccountEvent> => ({
  type: 'DelegationGiven',
  at,
  data: { by, organization: organizationId('org-1'), matters: ['applications'], validFrom, validUntil },
});
const chiefState = accountState({}, [granted(['data-chief'])]);

describe('who an account is at an instant', () => {
  it('is what its organization and its own log say', () => {
    const absorbed = [organizationId('org-8'), organizationId('org-7')];
    const merger = { from: organizationId('org-9'), effectiveOn: '2026-02-01', absorbed, functions: ['audit'], operates: ['county-360105'] } as const; // prettier-ignore
    const home = officeState(
      { level: 'county', divisionCode: '360112', functions: ['platform-operator'], receivesApplications: true },
      [{ type: 'OrganizationAbsorbed', data: merger }],
    );
    const person = accountState({ assurance: 'substantial' }, [
      granted(['provider-officer']),
      granted(['auditor'], AT),
      granted(['operator-officer'], '2026-03-01T00:00:00.001Z'),
    ]);
    expect(resolveActor(person, home, null, who, AT)).toEqual({
      account: 'a-1',
      kind: 'person',
      organization: 'org-1',
      absorbed: ['org-9', 'org-8', 'org-7'],
      level: 'county',
      divisionCode: '360112',
      functions: ['platform-operator', 'audit'],
      operates: ['county-360112', 'county-360105'],
      roles: ['provider-officer', 'operator-officer'],
      assurance: 'substantial',
      isChief: false,
      delegations: [],
    });
  });

  it('counts a role from its beginning on', () => {
    const later: AccountEvent = { type: 'RolesGranted', data: { ...granted(['auditor']).data, validFrom: AT } };
    const rolesAt = (at: string) => resolveActor(accountState({}, [later]), officeState(), null, who, at)?.roles;
    expect([rolesAt('2026-02-28T23:59:59.999Z'), rolesAt(AT)]).toEqual([[], ['auditor']]);
  });

  it('names a role once that two terms give', () => {
    const person = accountState({}, [granted(['auditor', 'auditor'])]);
    expect(resolveActor(person, officeState(), null, who, AT)?.roles).toEqual(['auditor']);
  });

  it('is a gateway for a gateway', () => {
    expect(resolveActor(accountState({ kind: 'gateway' }), officeState(), null, who, AT)?.kind).toBe('gateway');
  });

  it.each([
    ['nobody', { status: 'none' }, officeState()],
    ['an abandoned account', { status: 'abandoned' }, officeState()],
    [
      'a disabled account',
      accountState({}, [{ type: 'AccountDisabled', data: { organization: organizationId('org-1'), reason: '' } }]),
      officeState(),
    ],
    ['an account without an organization', accountState(), { status: 'none' }],
    [
      'an account of a merged organization',
      accountState(),
      officeState({}, [
        { type: 'OrganizationMerged', data: { into: organizationId('org-2'), effectiveOn: '2026-02-01', document: null } },
      ]),
    ],
  ] as const)('is nothing for %s', (_what, person, home) => {
    expect(resolveActor(person, home, null, who, AT)).toBeNull();
  });
});

describe('the data chief', () => {
  const isChief = (roles: AccountEvent, filing: readonly OrganizationEvent[]) =>
    resolveActor(accountState({}, [roles]), officeState({}, filing), null, who, AT)?.isChief;

  it('is filed and holds the role', () => {
    expect(isChief(granted(['data-chief']), [filed(who)])).toBe(true);
  });

  it('is nobody who lacks one of the two, or no longer has it', () => {
    expect(isChief(granted(['data-chief']), [])).toBe(false);
    expect(isChief(granted(['data-chief']), [filed(chief)])).toBe(false);
    expect(isChief(granted(['data-chief']), [filed(who), left(who)])).toBe(false);
    expect(isChief(granted(['provider-officer']), [filed(who)])).toBe(false);
    expect(isChief(granted(['data-chief'], AT), [filed(who)])).toBe(false);
  });
});

describe('a delegation', () => {
  const held = (
    given: readonly Happened<AccountEvent>[],
    filing: readonly OrganizationEvent[] = [filed()],
    by = chiefState,
    at = AT,
  ) => resolveActor(accountState({}, given), officeState({}, filing), by, who, at)?.delegations;
  const one = [{ by: chief, matters: ['applications'] }];

  it('holds while its term runs and its chief is the chief', () => {
    expect(held([delegated()])).toEqual(one);
    expect(held([delegated(), delegated()])).toEqual([...one, ...one]);
    expect(held([delegated({ validFrom: AT })])).toEqual(one);
  });

  it('does not hold before or after its term', () => {
    expect(held([delegated({ validFrom: '2026-03-01T00:00:00.001Z' })])).toEqual([]);
    expect(held([delegated({ validUntil: AT })])).toEqual([]);
  });

  it('dies when another chief is filed, or none', () => {
    expect(held([delegated()], [filed(), left(), filed(accountId('chief-2'))])).toEqual([]);
    expect(held([delegated()], [filed(), left()])).toEqual([]);
  });

  it('stays dead when the chief who gave it comes back', () => {
    const again = [filed(), left(), filed(chief, '2026-02-01T00:00:00.000Z')];
    expect(held([delegated()], again)).toEqual([]);
    expect(held([delegated({ at: '2026-02-01T00:00:00.000Z' })], again)).toEqual(one);
  });

  it.each([
    [
      'loses the role',
      accountState({}, [
        granted(['data-chief']),
        { type: 'RolesRevoked', data: { organization: organizationId('org-1'), roles: ['data-chief'], reason: '' } },
      ]),
    ],
    ['holds it no longer', accountState({}, [granted(['data-chief'], AT)])],
    [
      'is disabled',
      accountState({}, [
        granted(['data-chief']),
        { type: 'AccountDisabled', data: { organization: organizationId('org-1'), reason: '' } },
      ]),
    ],
  ])('dies when the chief who gave it %s', (_what, state) => {
    expect(held([delegated()], [filed()], state)).toEqual([]);
  });

  it('is judged by the account of the filed chief', () => {
    const person = accountState({}, [delegated()]) as KnownAccount;
    expect(delegatingChief(person, officeState({}, [filed()]))).toBe(chief);
    expect(delegatingChief(person, officeState())).toBeNull();
    expect(delegatingChief(person, { status: 'none' })).toBeNull();
    expect(delegatingChief(accountState() as KnownAccount, officeState({}, [filed()]))).toBeNull();
    expect(resolveActor(person, officeState({}, [filed()]), null, who, LONG_AGO)?.delegations).toEqual([]);
  });
});
