import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { account, relationsToAccount, type AccountCommand } from '../../src/domain/account.ts';
import type { KnownAccount } from '../../src/domain/account-state.ts';
import type { AccountActor } from '../../src/domain/actor.ts';
import { streamFact } from '../../src/domain/decider.ts';
import { ROLES, type AccountEvent, type Role } from '../../src/domain/events/account.ts';
import type { OrganizationFunction } from '../../src/domain/events/organization.ts';
import { organizationFold } from '../../src/domain/organization-state.ts';
import { person, specOf, type Asked } from '../support/decider-spec.ts';
import { factsOf } from '../support/facts.ts';
import { accountId, accountState, enrolment, granted, LONG_AGO, officeState, organizationId } from '../support/offices.ts';

const { given } = specOf(account);
const NOW = '2026-01-06T01:00:00.000Z';
const LATER = '2026-06-30T16:00:00.000Z';
const own = organizationId('org-1');
const who = accountId('a-1');
const [first, second] = [person('admin-1', { organization: 'lead' }), person('admin-2', { organization: 'lead' })];

const registered = { type: 'AccountRegistered', data: enrolment() } as const;
const gateway = { type: 'AccountRegistered', data: enrolment({ kind: 'gateway' }) } as const;
const disabled = { type: 'AccountDisabled', data: { organization: own, reason: '离职' } } as const;
const abandoned = { type: 'CreationAbandoned', data: { claim: 'login-x', commandId: 'c-1' } } as const;
const home = (...functions: readonly OrganizationFunction[]) =>
  factsOf({ streams: { 'organization-org-1': officeState({ functions }) } });

const propose = (roles: readonly Role[], term: { validFrom?: string; validUntil?: string } = {}) =>
  ({ type: 'ProposeRoles', actor: first, data: { account: who, roles, validFrom: null, validUntil: null, ...term } }) as const;
const proposed = (proposal: number, roles: readonly Role[], term: { validFrom?: string; validUntil?: string } = {}) =>
  ({ type: 'RolesProposed', actor: 'admin-1', data: { proposal, roles, validFrom: LONG_AGO, validUntil: null, ...term } }) as const;
const confirm = (proposal: number, actor = second) => ({ type: 'ConfirmRoles', actor, data: { account: who, proposal } }) as const;
const revoke = (...roles: readonly Role[]) =>
  ({ type: 'RevokeRoles', actor: first, data: { account: who, roles, reason: '岗位调整' } }) as const;

describe('registering an account', () => {
  const register = { type: 'RegisterAccount', data: enrolment() } as const;

  it('records a real-name account in an open organization', () => {
    given([], home()).when(register).then([registered]);
  });

  it('is refused where it is registered already', () => {
    given([registered], home()).when(register).refused('account.exists');
  });

  it('is refused in an organization that is unknown, abandoned or no more', () => {
    const closed = officeState({}, [
      { type: 'OrganizationClosed', data: { effectiveOn: '2026-01-05', document: null, reason: '撤销' } },
    ]);
    for (const state of [{ status: 'none' }, { status: 'abandoned' }, closed])
      given([], factsOf({ streams: { 'organization-org-1': state } }))
        .when(register)
        .refused('account.no-such-organization');
  });

  it('goes on in an organization that is to end, until its day', () => {
    const end = { type: 'OrganizationClosed', data: { effectiveOn: '2026-01-07', document: null, reason: '撤销' } } as const;
    const facts = factsOf({ streams: { 'organization-org-1': officeState({}, [end]) } });
    given([], facts)
      .when({ ...register, at: '2026-01-06T15:59:59.999Z' })
      .then([registered]);
    given([], facts)
      .when({ ...register, at: '2026-01-06T16:00:00.000Z' })
      .refused('account.no-such-organization');
  });
});

describe('proposing roles', () => {
  it('grants at once what is not sensitive, from now on', () => {
    given([registered], home())
      .when(propose(['applicant-officer', 'provider-officer']))
      .then([
        {
          type: 'RolesGranted',
          data: { proposal: null, roles: ['applicant-officer', 'provider-officer'], validFrom: NOW, validUntil: null },
        },
      ]);
  });

  it('lets no mandate begin before it is recorded, and a later one begin later', () => {
    given([registered], home())
      .when(propose(['applicant-officer'], { validFrom: LONG_AGO, validUntil: LATER }))
      .then([{ type: 'RolesGranted', data: { proposal: null, roles: ['applicant-officer'], validFrom: NOW, validUntil: LATER } }]);
    given([registered], home())
      .when(propose(['applicant-officer'], { validFrom: LATER }))
      .then([{ type: 'RolesGranted', data: { proposal: null, roles: ['applicant-officer'], validFrom: LATER, validUntil: null } }]);
  });

  it.each(['data-chief', 'auditor', 'administrator'] as const)('only proposes %s', (role) => {
    given([registered], home())
      .when(propose([role]))
      .then([{ type: 'RolesProposed', data: { proposal: 1, roles: [role], validFrom: NOW, validUntil: null } }]);
  });

  it('only proposes all of them where one is sensitive, and counts the proposals', () => {
    given([registered, proposed(1, ['auditor'])], home('lead-office'))
      .when(propose(['provider-officer', 'assessor']))
      .then([
        { type: 'RolesProposed', data: { proposal: 2, roles: ['provider-officer', 'assessor'], validFrom: NOW, validUntil: null } },
      ]);
    given(
      [registered, proposed(1, ['auditor']), { type: 'RolesGranted', data: { ...granted(['auditor']).data, proposal: 1 } }],
      home(),
    )
      .when(propose(['administrator']))
      .then([{ type: 'RolesProposed', data: { proposal: 2, roles: ['administrator'], validFrom: NOW, validUntil: null } }]);
  });

  it('is nothing to do for roles held on these terms', () => {
    given([registered, granted(['auditor', 'provider-officer'])], home())
      .when(propose(['auditor', 'provider-officer']))
      .then([]);
    given([registered, granted(['auditor'], LATER)], home())
      .when(propose(['auditor'], { validUntil: LATER }))
      .then([]);
    const justNow = { type: 'RolesGranted', data: { ...granted(['auditor']).data, validFrom: NOW } } as const;
    given([registered, justNow], home())
      .when(propose(['auditor']))
      .then([]);
  });

  it.each([
    ['another end', granted(['provider-officer'], LATER), propose(['provider-officer'])],
    [
      'an earlier beginning',
      { type: 'RolesGranted', data: { ...granted(['provider-officer']).data, validFrom: LATER } } as const,
      propose(['provider-officer']),
    ],
    ['one role more', granted(['applicant-officer']), propose(['applicant-officer', 'provider-officer'])],
  ])('grants anew for %s', (_what, before, command) => {
    given([registered, before], home())
      .when(command)
      .then([{ type: 'RolesGranted', data: { proposal: null, roles: command.data.roles, validFrom: NOW, validUntil: null } }]);
  });

  it('is refused to oneself', () => {
    given([registered], home())
      .when({ ...propose(['provider-officer']), actor: person('a-1') })
      .refused('account.own-rights');
  });

  it('is refused for a term that ends before it begins, or as it begins', () => {
    for (const term of [{ validUntil: NOW }, { validFrom: LATER, validUntil: NOW }, { validUntil: LONG_AGO }])
      given([registered], home())
        .when(propose(['provider-officer'], term))
        .refused('account.term-ends-before-it-begins');
  });

  it('gives a gateway its role and no other, and that role to no person', () => {
    given([gateway], home('platform-operator'))
      .when(propose(['exchange-gateway']))
      .then([{ type: 'RolesGranted', data: { proposal: null, roles: ['exchange-gateway'], validFrom: NOW, validUntil: null } }]);
    given([gateway], home('platform-operator'))
      .when(propose(['exchange-gateway', 'provider-officer']))
      .refused('account.role-unfit-for-kind', { roles: ['exchange-gateway', 'provider-officer'] });
    given([registered], home('platform-operator'))
      .when(propose(['exchange-gateway']))
      .refused('account.role-unfit-for-kind', { roles: ['exchange-gateway'] });
  });

  it.each([
    ['operator-officer', 'platform-operator', 'lead-office'],
    ['lead-officer', 'lead-office', 'platform-operator'],
  ] as const)('gives %s only where the organization is a %s', (role, needed, another) => {
    given([registered], home(another, needed))
      .when(propose([role]))
      .then([{ type: 'RolesGranted', data: { proposal: null, roles: [role], validFrom: NOW, validUntil: null } }]);
    given([registered], home(another))
      .when(propose(['provider-officer', role]))
      .refused('account.role-unfit-for-organization', { role });
  });

  it('gives a gateway its role only in a platform operator', () => {
    given([gateway], home('lead-office'))
      .when(propose(['exchange-gateway']))
      .refused('account.role-unfit-for-organization', { role: 'exchange-gateway' });
  });

  it('lets operators and the lead office assess, and nobody else', () => {
    for (const office of ['platform-operator', 'lead-office'] as const)
      given([registered], home(office))
        .when(propose(['assessor']))
        .then([{ type: 'RolesProposed', data: { proposal: 1, roles: ['assessor'], validFrom: NOW, validUntil: null } }]);
    given([registered], home('audit'))
      .when(propose(['assessor']))
      .refused('account.role-unfit-for-organization', { role: 'assessor' });
    given([registered], factsOf({ streams: { 'organization-org-1': { status: 'abandoned' } } }))
      .when(propose(['assessor']))
      .refused('account.role-unfit-for-organization', { role: 'assessor' });
  });
});

describe('confirming roles', () => {
  it('grants what another administrator proposed, from the confirmation on', () => {
    given([registered, proposed(1, ['auditor']), proposed(2, ['administrator'], { validUntil: LATER })])
      .when(confirm(2))
      .then([{ type: 'RolesGranted', data: { proposal: 2, roles: ['administrator'], validFrom: NOW, validUntil: LATER } }]);
  });

  it('lets a later mandate begin later', () => {
    given([registered, proposed(1, ['auditor'], { validFrom: LATER })])
      .when(confirm(1))
      .then([{ type: 'RolesGranted', data: { proposal: 1, roles: ['auditor'], validFrom: LATER, validUntil: null } }]);
  });

  it('is open to the system at the bootstrap, where nobody else is there yet', () => {
    given([registered, { ...proposed(1, ['administrator']), actor: 'system:init' }])
      .when({ type: 'ConfirmRoles', actor: { system: 'system:init' }, data: { account: who, proposal: 1 } })
      .then([{ type: 'RolesGranted', data: { proposal: 1, roles: ['administrator'], validFrom: NOW, validUntil: null } }]);
  });

  it('is nothing to do for a proposal confirmed already', () => {
    given([registered, proposed(1, ['auditor']), { type: 'RolesGranted', data: { ...granted(['auditor']).data, proposal: 1 } }])
      .when(confirm(1))
      .then([]);
  });

  it('is refused for what nobody proposed', () => {
    given([registered, proposed(1, ['auditor'])])
      .when(confirm(2))
      .refused('account.no-such-proposal', { proposal: 2 });
  });

  it('is refused to the account itself and to the proposer', () => {
    const events = [registered, proposed(1, ['auditor'])];
    given(events)
      .when(confirm(1, person('a-1')))
      .refused('account.own-rights');
    given(events).when(confirm(1, first)).refused('account.same-administrator');
  });

  it('is refused once the proposed term is over', () => {
    given([registered, proposed(1, ['auditor'], { validUntil: NOW })])
      .when(confirm(1))
      .refused('account.term-ends-before-it-begins');
  });
});

describe('revoking roles', () => {
  it('takes those of them that are held', () => {
    given([registered, granted(['provider-officer', 'auditor'])])
      .when(revoke('applicant-officer', 'auditor', 'auditor'))
      .then([{ type: 'RolesRevoked', data: { organization: own, roles: ['auditor'], reason: '岗位调整' } }]);
  });

  it('takes what is yet to begin', () => {
    given([registered, { type: 'RolesGranted', data: { ...granted(['auditor']).data, validFrom: LATER } }])
      .when(revoke('auditor'))
      .then([{ type: 'RolesRevoked', data: { organization: own, roles: ['auditor'], reason: '岗位调整' } }]);
  });

  it('ends a proposal of them that waits for a second administrator, and leaves it what else it gives', () => {
    const revoked = { type: 'RolesRevoked', data: { organization: own, roles: ['auditor'], reason: '岗位调整' } } as const;
    const waiting = [registered, proposed(1, ['auditor']), proposed(2, ['auditor', 'assessor'])];
    given(waiting).when(revoke('auditor', 'administrator')).then([revoked]);
    given([...waiting, revoked])
      .when(revoke('auditor'))
      .then([]);
    given([...waiting, revoked])
      .when(confirm(1))
      .then([]);
    given([...waiting, revoked])
      .when(confirm(2))
      .then([{ ...granted(['assessor']), data: { ...granted(['assessor']).data, proposal: 2, validFrom: NOW } }]);
    // Given again afterwards, it is another proposal.
    given([...waiting, revoked, proposed(3, ['auditor'])])
      .when(confirm(3))
      .then([{ ...granted(['auditor']), data: { ...granted(['auditor']).data, proposal: 3, validFrom: NOW } }]);
  });

  it('is nothing to do for roles that are not held, or no more', () => {
    given([registered, granted(['auditor'], NOW)])
      .when(revoke('auditor', 'provider-officer'))
      .then([]);
    given([registered, granted(['auditor'], LATER)])
      .when(revoke('auditor'))
      .then([{ type: 'RolesRevoked', data: { organization: own, roles: ['auditor'], reason: '岗位调整' } }]);
  });

  it('is refused to oneself', () => {
    given([registered, granted(['auditor'])])
      .when({ ...revoke('auditor'), actor: person('a-1') })
      .refused('account.own-rights');
  });
});

const chief = person('chief-1', { isChief: true });
const delegate = (part: { validFrom?: string; validUntil?: string; account?: string } = {}) =>
  ({
    type: 'GiveDelegation',
    actor: chief,
    data: { account: who, matters: ['applications', 'replies'], validFrom: null, validUntil: LATER, ...part },
  }) as unknown as Extract<Asked<AccountCommand>, { type: 'GiveDelegation' }>;
const delegated = (validFrom: string, validUntil: string) =>
  ({
    type: 'DelegationGiven',
    data: { by: accountId('chief-1'), organization: own, matters: ['applications', 'replies'], validFrom, validUntil },
  }) as const;

describe('giving a delegation', () => {
  it('records for whom, in what and until when', () => {
    given([registered])
      .when(delegate())
      .then([delegated(NOW, LATER)]);
  });

  it('lets none begin before it is recorded, and a later one begin later', () => {
    given([registered])
      .when(delegate({ validFrom: LONG_AGO }))
      .then([delegated(NOW, LATER)]);
    given([registered])
      .when(delegate({ validFrom: '2026-06-01T00:00:00.000Z' }))
      .then([delegated('2026-06-01T00:00:00.000Z', LATER)]);
  });

  it('runs for twelve months at most, to the day', () => {
    const latest = '2027-01-05T16:00:00.000Z';
    given([registered])
      .when(delegate({ validUntil: latest }))
      .then([delegated(NOW, latest)]);
    given([registered])
      .when(delegate({ validUntil: '2027-01-05T16:00:00.001Z' }))
      .refused('account.delegation-too-long', { latest });
  });

  it('is refused for a term that ends as it begins', () => {
    given([registered])
      .when(delegate({ validUntil: NOW }))
      .refused('account.term-ends-before-it-begins');
  });

  it.each([
    ['somebody who is not the chief', person('other-1')],
    ['the chief of another organization', person('chief-1', { isChief: true, organization: 'org-2' })],
    ['the system', { system: 'system:test' } as const],
  ])('is refused to %s', (_who, actor) => {
    given([registered])
      .when({ ...delegate(), actor })
      .refused('account.not-its-chief');
  });

  it('is refused to oneself', () => {
    given([registered])
      .when(delegate({ account: 'chief-1' }))
      .refused('account.delegates-to-oneself');
  });
});

describe('disabling an account', () => {
  const disable = { type: 'DisableAccount', actor: first, data: { account: who, reason: '离职' } } as const;

  it('records why', () => {
    given([registered]).when(disable).then([disabled]);
  });

  it('is nothing to do the second time', () => {
    given([registered, disabled]).when(disable).then([]);
  });

  it('is refused to oneself, and for a registration that was abandoned', () => {
    given([registered])
      .when({ ...disable, actor: person('a-1') })
      .refused('account.own-rights');
    given([abandoned]).when(disable).refused('account.abandoned');
  });
});

describe.each([propose(['provider-officer']), confirm(1), revoke('auditor'), delegate()] as const)('$type', (command) => {
  it('is refused once the account is disabled', () => {
    given([registered, disabled], home()).when(command).refused('account.disabled');
  });

  it('is refused for a registration that was abandoned', () => {
    given([abandoned], home()).when(command).refused('account.abandoned');
  });
});

describe('what a decision reads', () => {
  const reads = (command: Asked<AccountCommand>, state = account.initialState()) =>
    account.reads?.(command as unknown as AccountCommand, state, factsOf({}));

  it('is the organization, for a registration and for roles', () => {
    const fact = [streamFact(organizationFold, own)];
    expect(reads({ type: 'RegisterAccount', data: enrolment() })).toEqual(fact);
    expect(reads(propose(['auditor']), accountState())).toEqual(fact);
    expect(reads(propose(['auditor']))).toEqual([]);
    expect(reads(confirm(1), accountState())).toEqual([]);
  });
});

describe('the state of an account', () => {
  it('keeps what later decisions ask for', () => {
    const events = [registered, proposed(1, ['auditor']), proposed(2, ['administrator']), delegated(NOW, LATER)];
    const pending = { roles: ['administrator'], validFrom: LONG_AGO, validUntil: null, proposedBy: 'admin-1' };
    expect(given([...events, { type: 'RolesGranted', data: { ...granted(['auditor']).data, proposal: 1 } }]).state).toEqual({
      status: 'active',
      kind: 'person',
      organization: own,
      assurance: 'high',
      roles: [{ role: 'auditor', validFrom: LONG_AGO, validUntil: null }],
      proposals: [{ proposal: 2, ...pending }],
      proposed: 2,
      delegations: [{ ...delegated(NOW, LATER).data, givenAt: LONG_AGO }],
    });
    expect(
      given([
        registered,
        granted(['auditor', 'assessor']),
        { type: 'RolesRevoked', data: { organization: own, roles: ['auditor'], reason: '' } },
      ]).state,
    ).toMatchObject({ roles: [{ role: 'assessor' }] });
    expect(given([registered, disabled]).state).toMatchObject({ status: 'disabled' });
    expect(given([abandoned]).state).toEqual({ status: 'abandoned' });
  });

  const from = (validFrom: string, validUntil: string | null = null) =>
    ({ type: 'RolesGranted', data: { proposal: null, roles: ['auditor'] as const, validFrom, validUntil } }) as const;
  const auditor = (validFrom: string, validUntil: string | null) => ({ role: 'auditor', validFrom, validUntil });

  it.each([
    ['from now on what was open', [from(LONG_AGO), from(NOW, LATER)], [auditor(LONG_AGO, NOW), auditor(NOW, LATER)]],
    ['from now on what would have ended later', [from(LONG_AGO, LATER), from(NOW)], [auditor(LONG_AGO, NOW), auditor(NOW, null)]],
    ['from later on what stays until then', [from(LONG_AGO), from(LATER)], [auditor(LONG_AGO, LATER), auditor(LATER, null)]],
    ['nothing of what is over', [from(LONG_AGO, NOW), from(LATER)], [auditor(LONG_AGO, NOW), auditor(LATER, null)]],
    ['without a gap what ends as it begins', [from(LONG_AGO, NOW), from(NOW)], [auditor(LONG_AGO, NOW), auditor(NOW, null)]],
    ['all that begins later or with it', [from(LATER), from(NOW), from(NOW, LATER)], [auditor(NOW, LATER)]],
  ])('lets a grant settle %s', (_what, events, roles) => {
    const officer = granted(['provider-officer']);
    const kept = { role: 'provider-officer', validFrom: LONG_AGO, validUntil: null };
    expect(given([registered, officer, ...events]).state).toMatchObject({ roles: [kept, ...roles] });
  });

  it('keeps what was held until it was revoked, and nothing of what was yet to begin', () => {
    const revoked = { type: 'RolesRevoked', data: { organization: own, roles: ['auditor'], reason: '' }, at: NOW } as const;
    const rolesOf = (...events: readonly ReturnType<typeof from>[]) =>
      (given([registered, ...events, revoked]).state as KnownAccount).roles;
    expect(rolesOf(from(LONG_AGO))).toEqual([auditor(LONG_AGO, NOW)]);
    expect(rolesOf(from(LONG_AGO, NOW))).toEqual([auditor(LONG_AGO, NOW)]);
    expect(rolesOf(from(NOW))).toEqual([]);
    expect(rolesOf(from(LATER))).toEqual([]);
  });

  it('begins with nothing, in streams named after the category', () => {
    expect([account.category, account.initialState()]).toEqual(['account', { status: 'none' }]);
  });

  it('folds any sequence of events; without a registration there is nothing', () => {
    const role = fc.constantFrom(...ROLES);
    const later: fc.Arbitrary<AccountEvent> = fc.oneof(
      role.map((one) => granted([one])),
      role.map((one): AccountEvent => ({ type: 'RolesRevoked', data: { organization: own, roles: [one], reason: '' } })),
      role.map((one) => ({ ...proposed(1, [one]) })),
      fc.constant(delegated(NOW, LATER)),
      fc.constant(disabled),
    );
    fc.assert(
      fc.property(fc.array(later), (events) => {
        expect(given(events).state).toEqual({ status: 'none' });
        expect(given([registered, ...events]).state).toHaveProperty('kind', 'person');
      }),
    );
  });
});

describe('how an actor stands to an account', () => {
  const relations = (actor: string, organization: string, state = accountState()) =>
    relationsToAccount(state, who, person(actor, { organization }) as AccountActor);

  it('is as itself, as one of its organization, as both or as nobody', () => {
    expect(relations('a-1', 'org-1')).toEqual(['self', 'own']);
    expect(relations('a-1', 'org-2')).toEqual(['self']);
    const heir = person('a-3', { organization: 'org-9', absorbed: ['org-1'] }) as AccountActor;
    expect(relationsToAccount(accountState(), who, heir)).toEqual(['own']);
    expect(relations('a-2', 'org-1')).toEqual(['own']);
    expect(relations('a-2', 'org-2')).toEqual([]);
    expect(relations('a-2', 'org-1', { status: 'none' })).toEqual([]);
  });
});
