import { describe, expect, it } from 'vitest';
import type { AccountActor } from '../../src/domain/actor.ts';
import { applicationFold, type KnownApplication } from '../../src/domain/application-state.ts';
import { streamFact } from '../../src/domain/decider.ts';
import type { Reply } from '../../src/domain/events/application.ts';
import type { GrantEvent } from '../../src/domain/events/grant.ts';
import { grant, grantStateAt, relationsToGrant, type GrantCommand, type KnownGrant } from '../../src/domain/grant.ts';
import { asId, type ApplicationId } from '../../src/domain/ids.ts';
import { operatorSeat } from '../../src/domain/operator-seat.ts';
import { resource } from '../../src/domain/resource.ts';
import { NO_FACTS, person, specOf } from '../support/decider-spec.ts';
import { entryOf, itemOf, law } from '../support/entries.ts';
import { factsOf } from '../support/facts.ts';
import { organizationId } from '../support/offices.ts';
import { inCatalog, RESOURCE } from '../support/resources.ts';

const { given } = specOf(grant);
const APPLICATION = asId<ApplicationId>('application-1');
const [provider, user, operator] = [organizationId('org-1'), organizationId('org-2'), organizationId('org-9')];
const undertaking = { version: '1', accepted: true } as const;
const officer = person('officer', { organization: 'org-2' });

const entry = entryOf({
  items: [itemOf('企业名称'), itemOf('列入日期'), itemOf('法定代表人', { shareType: 'conditional' })],
});
const published = specOf(resource).given(inCatalog(entry)).state;
const suspended = specOf(resource).given([...inCatalog(entry), { type: 'ResourceSupplySuspended', data: { change: null, reason: 'x' } }]).state; // prettier-ignore
const facts = (part: Readonly<Record<string, unknown>> = {}) =>
  factsOf({ streams: { [`resource-${RESOURCE}`]: published, 'operator-city-360100': { holder: operator }, ...part } });

const wanted = { resource: RESOURCE, purpose: '核验', systemName: '审批平台', items: ['列入日期', '企业名称'], undertaking };
const register = (part: Partial<typeof wanted> = {}, actor = officer) =>
  ({ type: 'RegisterDirectGrant', data: { ...wanted, ...part }, actor }) as const;

const issued = {
  type: 'GrantIssued',
  data: {
    origin: 'direct',
    application: null,
    resource: RESOURCE,
    resourceVersion: 1,
    provider,
    user,
    operator,
    purpose: '核验',
    systemName: '审批平台',
    items: [
      { item: '列入日期', rows: null },
      { item: '企业名称', rows: null },
    ],
    conditions: null,
    period: { from: '2026-01-06', to: null },
    undertaking,
  },
} as const satisfies GrantEvent;
const right = { application: null, resource: RESOURCE, provider, user };
const suspendedGrant = { type: 'GrantSuspended', data: { ...right, reason: '核查' } } as const;
const resumed = { type: 'GrantResumed', data: { ...right, reason: '核查完毕' } } as const;
const revoked = { type: 'GrantRevoked', data: { ...right, reason: '到期' } } as const;
const abandoned = { type: 'CreationAbandoned', data: { claim: 'x', commandId: 'c' } } as const;

describe('direct access to what is unconditional (R11.2)', () => {
  it('is granted at once, without an end, from the civil date in Shanghai', () => {
    given([], facts()).when(register()).then([issued]);
    given([], facts())
      .when({ ...register(), at: '2026-01-06T16:00:00.000Z' })
      .then([{ ...issued, data: { ...issued.data, period: { from: '2026-01-07', to: null } } }]);
  });

  it('names no operator where nobody holds the seat', () => {
    given([], facts({ 'operator-city-360100': { holder: null } }))
      .when(register())
      .then([{ ...issued, data: { ...issued.data, operator: null } }]);
  });

  it('is refused for the system, which uses nothing', () => {
    given([], facts())
      .when(register({}, { system: 'system:test' }))
      .refused('grant.needs-account');
  });

  it.each([['draft'], ['none'], ['withdrawn']])('is refused for a resource that is %s', (status) => {
    given([], facts({ [`resource-${RESOURCE}`]: { status } }))
      .when(register())
      .refused('grant.resource-not-published', { resource: RESOURCE });
  });

  it("is refused for one's own resource", () => {
    given([], facts())
      .when(register({}, person('own', { organization: 'org-1' })))
      .refused('grant.own-resource');
    given([], facts())
      .when(register({}, person('heir', { organization: 'org-9', absorbed: ['org-1'] })))
      .refused('grant.own-resource');
  });

  it('is refused while the supply is suspended', () => {
    given([], facts({ [`resource-${RESOURCE}`]: suspended }))
      .when(register())
      .refused('grant.supply-suspended');
  });

  it('names every item that is not unconditional, unknown or doubled', () => {
    given([], facts())
      .when(register({ items: ['企业名称', '法定代表人', '没有', '企业名称'] }))
      .refused('grant.items-not-unconditional', { items: ['法定代表人', '没有', '企业名称'] });
    given([], facts())
      .when(register({ items: [] }))
      .refused('grant.items-not-unconditional', { items: [] });
  });

  it('is refused where the grant is there already, whatever became of it', () => {
    given([issued], facts()).when(register()).refused('grant.exists');
    given([abandoned], facts()).when(register()).refused('grant.exists');
  });
});

describe('the grant of a reply (R14.3)', () => {
  const rows = { item: '保障类别', is: 'eq', value: '城市低保' } as const;
  const reply: Reply = {
    outcome: 'partly-approved',
    items: [
      { item: '姓名', granted: true, rows, reason: null },
      { item: '病历', granted: false, rows: null, reason: '超出' },
      { item: '类别', granted: true, rows: null, reason: null },
    ],
    conditions: '限本年度',
    reason: '部分',
  };
  const asked = (status: 'approved' | 'partly-approved' | 'refused'): KnownApplication => ({
    status,
    reply,
    resource: RESOURCE,
    resourceVersion: 3,
    provider,
    applicant: user,
    operator,
    purpose: '核验',
    legalDuty: '三定',
    systemName: '审批平台',
    items: ['姓名', '病历', '类别'],
    period: { from: '2026-02-01', to: '2026-12-31' },
    undertaking,
    authors: ['officer'],
    round: 1,
    defects: [],
    changedFields: [],
    passedAt: null,
    extended: [],
  });
  const issue = { type: 'IssueGrant', data: { application: APPLICATION } } as const;
  const factsWith = (state: unknown) => factsOf({ streams: { [`application-${APPLICATION}`]: state } });
  const byReply: GrantEvent = {
    type: 'GrantIssued',
    data: {
      origin: 'reply',
      application: APPLICATION,
      resource: RESOURCE,
      resourceVersion: 3,
      provider,
      user,
      operator,
      purpose: '核验',
      systemName: '审批平台',
      items: [
        { item: '姓名', rows },
        { item: '类别', rows: null },
      ],
      conditions: '限本年度',
      period: { from: '2026-02-01', to: '2026-12-31' },
      undertaking,
    },
  };

  it.each(['approved', 'partly-approved'] as const)('has what a reply that is %s grants, in its order', (status) => {
    given([], factsWith(asked(status)))
      .when(issue)
      .then([byReply]);
  });

  it.each([[asked('refused')], [{ status: 'awaiting-reply' }], [{ status: 'none' }]])(
    'is refused without an agreeing reply (%#)',
    (state) => {
      given([], factsWith(state)).when(issue).refused('grant.no-agreeing-reply', { application: APPLICATION });
    },
  );

  it('is nothing to do where it was issued, revoked or abandoned', () => {
    for (const before of [[byReply], [byReply, revoked], [abandoned]]) given(before).when(issue).then([]);
  });
});

describe('what is withheld as a whole', () => {
  it('gives none of its items away, whatever they say of themselves', () => {
    const withheld = entryOf({ shareType: 'not-shared', legalBasis: law, items: [itemOf('企业名称')] });
    given([], facts({ [`resource-${RESOURCE}`]: specOf(resource).given(inCatalog(withheld)).state }))
      .when(register({ items: ['企业名称'] }))
      .refused('grant.items-not-unconditional', { items: ['企业名称'] });
  });
});

describe('suspending, resuming, revoking', () => {
  const suspend = { type: 'SuspendGrant', data: { reason: '核查' } } as const;
  const resume = { type: 'ResumeGrant', data: { reason: '核查完毕' } } as const;
  const revoke = { type: 'RevokeGrant', data: { reason: '到期' } } as const;

  it('records each with its reason', () => {
    given([issued]).when(suspend).then([suspendedGrant]);
    given([issued, suspendedGrant]).when(resume).then([resumed]);
    given([issued]).when(revoke).then([revoked]);
    given([issued, suspendedGrant]).when(revoke).then([revoked]);
    given([issued, suspendedGrant, resumed]).when(suspend).then([suspendedGrant]);
  });

  it('has nothing to do where it is so already', () => {
    given([issued]).when(resume).then([]);
    given([issued, suspendedGrant]).when(suspend).then([]);
    given([issued, revoked]).when(revoke).then([]);
  });

  it.each([suspend, resume])('is refused after the end: $type', (command) => {
    given([issued, revoked]).when(command).refused('grant.revoked');
  });

  it.each([suspend, resume, revoke])('is refused for what never began: $type', (command) => {
    given([abandoned]).when(command).refused('grant.abandoned');
    given([]).when(command).refused('grant.abandoned');
  });
});

describe('the state of a grant', () => {
  const known = {
    status: 'issued',
    application: null,
    resource: RESOURCE,
    provider,
    user,
    operator,
    purpose: '核验',
    items: issued.data.items,
    period: issued.data.period,
  };

  it('is what was issued, with what happened to it since', () => {
    expect(given([issued]).state).toStrictEqual(known);
    expect(given([issued, suspendedGrant]).state).toStrictEqual({ ...known, status: 'suspended' });
    expect(given([issued, suspendedGrant, resumed]).state).toStrictEqual({ ...known, status: 'issued' });
    expect(given([issued, revoked]).state).toStrictEqual({ ...known, status: 'revoked' });
  });

  it('begins as none, and stays what it is for events of what never began', () => {
    expect(given([]).state).toStrictEqual({ status: 'none' });
    expect(given([abandoned]).state).toStrictEqual({ status: 'abandoned' });
    expect(given([suspendedGrant]).state).toStrictEqual({ status: 'none' });
    expect(given([abandoned, revoked]).state).toStrictEqual({ status: 'abandoned' });
  });

  const within = (from: string, to: string | null, status: KnownGrant['status'] = 'issued') =>
    ({ status, period: { from, to } }) as KnownGrant;

  it.each([
    ['2026-01-31T15:59:59.999Z', 'not-yet'],
    ['2026-01-31T16:00:00.000Z', 'live'],
    ['2026-02-28T15:59:59.999Z', 'live'],
    ['2026-02-28T16:00:00.000Z', 'expired'],
  ] as const)('of February is at %s: %s (both days belong to it)', (at, state) => {
    expect(grantStateAt(within('2026-02-01', '2026-02-28'), at)).toBe(state);
  });

  it('has no end without one, and follows the word of people before the clock', () => {
    expect(grantStateAt(within('2026-02-01', null), '2099-01-01T00:00:00.000Z')).toBe('live');
    expect(grantStateAt(within('2026-02-01', '2026-02-02', 'suspended'), '2026-01-01T00:00:00.000Z')).toBe('suspended');
    expect(grantStateAt(within('2026-02-01', '2026-02-02', 'revoked'), '2027-01-01T00:00:00.000Z')).toBe('revoked');
  });
});

describe('the facts of a grant', () => {
  const reads = (command: object, known = NO_FACTS) =>
    grant.reads?.({ id: 'c', at: 'x', actor: officer, ...command } as unknown as GrantCommand, { status: 'none' }, known);
  const [onResource, onSeat] = [streamFact(resource, RESOURCE), streamFact(operatorSeat, 'city-360100')];

  it('are of direct access the resource, then the seat of its area', () => {
    expect(reads(register())).toStrictEqual([onResource]);
    expect(reads(register(), facts({ [`resource-${RESOURCE}`]: { status: 'none' } }))).toStrictEqual([onResource]);
    expect(reads(register(), facts())).toStrictEqual([onResource, onSeat]);
  });

  it('are of a reply its application, and of the rest none', () => {
    expect(reads({ type: 'IssueGrant', data: { application: APPLICATION } })).toStrictEqual([
      streamFact(applicationFold, APPLICATION),
    ]);
    expect(reads({ type: 'RevokeGrant', data: { reason: 'x' } })).toStrictEqual([]);
  });
});

describe('how an actor stands to a grant', () => {
  const { state } = given([issued]);

  it.each([
    ['org-2', ['user']],
    ['org-1', ['provider']],
    ['org-9', ['operator']],
    ['org-3', []],
  ])('%s: %j', (organization, relations) => {
    expect(relationsToGrant(state, person('x', { organization }) as AccountActor)).toStrictEqual(relations);
  });

  it('is that of every body that was merged into the organization (R2.1)', () => {
    const heir = person('heir', { organization: 'org-7', absorbed: ['org-1', 'org-2'] });
    expect(relationsToGrant(state, heir as AccountActor)).toStrictEqual(['user', 'provider']);
  });

  it('is nothing where there is none', () => {
    expect(relationsToGrant({ status: 'none' }, officer as AccountActor)).toStrictEqual([]);
  });
});
