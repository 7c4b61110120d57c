import { describe, expect, it } from 'vitest';
import { streamFact } from '../../src/domain/decider.ts';
import type { LedgerEvent } from '../../src/domain/ledger-event.ts';
import type { ReplyOutcome } from '../../src/domain/events/application.ts';
import { grant } from '../../src/domain/grant.ts';
import { operatorSeat } from '../../src/domain/operator-seat.ts';
import { organization } from '../../src/domain/organization.ts';
import { organizationFold } from '../../src/domain/organization-state.ts';
import { REACTIONS, type DueInstant, type Reaction } from '../../src/domain/reactions.ts';
import { resource } from '../../src/domain/resource.ts';
import { NO_FACTS, specOf } from '../support/decider-spec.ts';
import { history, type DataOf } from '../support/events.ts';
import { factsOf } from '../support/facts.ts';
import { accountId, officeState, organizationId } from '../support/offices.ts';
import { changeRequested, inCatalog, RESOURCE, withdrawn } from '../support/resources.ts';

const reaction = (name: string): Reaction => {
  const found = REACTIONS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no reaction ${name}`);
  return found;
};
const { recorded } = history();
const [provider, user] = [organizationId('org-1'), organizationId('org-2')];
const parties = { resource: RESOURCE, provider, applicant: user, operator: organizationId('org-9') };

describe('what follows (decision 8)', () => {
  it('follows from these, and from nothing else', () => {
    expect(REACTIONS.map(({ name, on }) => [name, ...on])).toStrictEqual([
      ['grant-on-reply', 'ReplyGiven'],
      ['tell-new-user', 'GrantIssued'],
      ['absorb-merged', 'OrganizationMerged', 'merger-effective'],
      ['take-seat', 'OrganizationAbsorbed'],
      ['take-closing-effect', 'closing-effective'],
      ['chief-left', 'AccountDisabled', 'RolesRevoked'],
      ['chief-term-ended', 'chief-term-ended'],
      ['take-effect', 'change-effective'],
    ]);
  });
});

describe('a reply (R14.3)', () => {
  const given = (outcome: ReplyOutcome): LedgerEvent =>
    recorded('application-a-1', 'ReplyGiven', {
      round: 1,
      ...parties,
      reply: { outcome, items: [], conditions: null, reason: 'x' },
    });
  const { react } = reaction('grant-on-reply');

  it.each(['approved', 'partly-approved'] as const)('that is %s issues a grant of its own id', (outcome) => {
    expect(react(given(outcome), NO_FACTS)).toStrictEqual([{ decider: grant, type: 'IssueGrant', data: { application: 'a-1' } }]);
  });

  it('that refuses issues none', () => {
    expect(react(given('refused'), NO_FACTS)).toStrictEqual([]);
  });
});

describe('a grant of a resource whose change is announced (R9.1)', () => {
  const issued = recorded('grant-g-1', 'GrantIssued', {
    resource: RESOURCE,
    user,
    period: { from: '2026-01-01', to: '2026-12-31' },
  } as DataOf<'GrantIssued'>);
  const { react, reads } = reaction('tell-new-user');
  const announced = specOf(resource).given([...inCatalog(), changeRequested()]).state;
  const facts = (supply: unknown, status = 'issued') =>
    factsOf({ streams: { [`resource-${RESOURCE}`]: supply, 'grant-g-1': { status } } });

  it('reads the resource and the grant', () => {
    expect(reads?.(issued, NO_FACTS)).toStrictEqual([streamFact(resource, RESOURCE), streamFact(grant, 'g-1')]);
  });

  it.each(['issued', 'suspended'])('tells its user, while it is %s', (status) => {
    expect(react(issued, facts(announced, status))).toStrictEqual([
      {
        decider: resource,
        id: RESOURCE,
        type: 'AddChangeRecipient',
        data: { change: 'change-1', recipient: { organization: user, via: 'grant', id: 'g-1' }, until: '2026-12-31' },
      },
    ]);
  });

  it('tells nobody without a change, after its end, or of a resource that is no more', () => {
    expect(react(issued, facts(specOf(resource).given(inCatalog()).state))).toStrictEqual([]);
    expect(react(issued, facts(announced, 'revoked'))).toStrictEqual([]);
    expect(react(issued, facts(specOf(resource).given(withdrawn).state))).toStrictEqual([]);
    expect(react(issued, facts({ ...announced, status: 'withdrawn' }))).toStrictEqual([]);
  });
});

describe('a merger (R2.1)', () => {
  const { react, reads } = reaction('absorb-merged');
  const DAY = '2026-02-01';
  const AT = '2026-01-31T16:00:00.000Z';
  const due: DueInstant = { kind: 'merger-effective', subject: 'o-1', into: organizationId('o-2'), at: AT };
  const mergedInto = (into: string, effectiveOn = DAY) =>
    officeState({}, [{ type: 'OrganizationMerged', data: { into: organizationId(into), effectiveOn, document: null } }]);
  const absorb = (id: string) => [{ decider: organization, id, type: 'AbsorbOrganization', data: { from: 'o-1' } }];
  const bodies = (states: Readonly<Record<string, unknown>>) =>
    factsOf({ streams: Object.fromEntries(Object.entries(states).map(([id, state]) => [`organization-${id}`, state])) });

  it('is taken on by the other body on its day', () => {
    expect(react(due, bodies({ 'o-1': mergedInto('o-2'), 'o-2': officeState() }))).toStrictEqual(absorb('o-2'));
  });

  it('is taken on at once where its day has been, and waits for it where it has not', () => {
    const merged = (effectiveOn: string) =>
      recorded('organization-o-1', 'OrganizationMerged', { into: user, effectiveOn, document: null }, { at: AT });
    const facts = (effectiveOn: string) => bodies({ 'o-1': mergedInto('o-2', effectiveOn), 'o-2': officeState() });
    expect(react(merged(DAY), facts(DAY))).toStrictEqual(absorb('o-2'));
    expect(react(merged('2026-02-02'), facts('2026-02-02'))).toStrictEqual([]);
  });

  it('follows a body that is no more itself by then to the one that stands for it', () => {
    const chain = { 'o-1': mergedInto('o-2'), 'o-2': mergedInto('o-3', '2026-01-20'), 'o-3': officeState() };
    expect(react(due, bodies(chain))).toStrictEqual(absorb('o-3'));
    // Until its own day the second still takes on, and passes it on then.
    expect(react(due, bodies({ ...chain, 'o-2': mergedInto('o-3', '2026-02-02') }))).toStrictEqual(absorb('o-2'));
    const ended = officeState({}, [{ type: 'OrganizationClosed', data: { effectiveOn: DAY, document: null, reason: '' } }]);
    expect(react(due, bodies({ 'o-1': mergedInto('o-2'), 'o-2': ended }))).toStrictEqual(absorb('o-2'));
  });

  it('comes to an end where mergers that crossed lead back to it', () => {
    const two = { 'o-1': mergedInto('o-2'), 'o-2': mergedInto('o-1') };
    expect(react(due, bodies(two))).toStrictEqual(absorb('o-2'));
    const apart = { 'o-1': mergedInto('o-2'), 'o-2': mergedInto('o-3'), 'o-3': mergedInto('o-2') };
    expect(react(due, bodies(apart))).toStrictEqual(absorb('o-3'));
  });

  it('is of nobody where there is no such body', () => {
    expect(react(due, bodies({ 'o-1': { status: 'abandoned' } }))).toStrictEqual([]);
  });

  it('reads one body after the other', () => {
    const ids = (states: Readonly<Record<string, unknown>>) =>
      reads?.(due, bodies(states)).map((fact) => ('id' in fact ? fact.id : ''));
    expect(ids({})).toStrictEqual(['o-1']);
    expect(ids({ 'o-1': mergedInto('o-2') })).toStrictEqual(['o-1', 'o-2']);
    expect(ids({ 'o-1': mergedInto('o-2'), 'o-2': officeState() })).toStrictEqual(['o-1', 'o-2']);
    const merged = recorded('organization-o-1', 'OrganizationMerged', { into: user, effectiveOn: DAY, document: null });
    expect(reads?.(merged, NO_FACTS)).toStrictEqual([streamFact(organizationFold, 'o-1')]);
  });
});

describe('the absorption of an operator (R6.1)', () => {
  const { react, reads } = reaction('take-seat');
  const operates = ['city-360100', 'county-360105'];
  const absorbed = recorded('organization-o-2', 'OrganizationAbsorbed', { from: organizationId('o-1'), effectiveOn: '2026-01-05', absorbed: [], functions: [], operates }); // prettier-ignore

  it('reads who receives the applications of its areas', () => {
    expect(reads?.(absorbed, NO_FACTS)).toStrictEqual(operates.map((area) => streamFact(operatorSeat, area)));
  });

  it('gives its seats to the absorbing body, and those of others to nobody', () => {
    const seats = { 'operator-city-360100': { holder: 'o-1' }, 'operator-county-360105': { holder: 'o-3' } };
    expect(react(absorbed, factsOf({ streams: seats }))).toStrictEqual([
      {
        decider: operatorSeat,
        id: 'city-360100',
        type: 'ClaimOperatorSeat',
        data: { organization: 'o-2', over: 'organization-o-1' },
        member: 'city-360100',
      },
    ]);
  });
});

describe('a closing that was recorded before its day', () => {
  it('is told to have come on its day', () => {
    const due: DueInstant = { kind: 'closing-effective', subject: 'o-1', at: '2026-01-31T16:00:00.000Z' };
    expect(reaction('take-closing-effect').react(due, NO_FACTS)).toStrictEqual([
      { decider: organization, id: 'o-1', type: 'TakeClosingEffect', data: {} },
    ]);
  });
});

describe('a data chief who may be one no more (R27.1)', () => {
  const { react } = reaction('chief-left');
  const command = (since: string, reason: string) => [
    { decider: organization, id: provider, type: 'RecordMandateLost', data: { account: 'a-1', since, reason } },
  ];

  it('has left, by a disabled account or a revoked role', () => {
    const disabled = recorded('account-a-1', 'AccountDisabled', { organization: provider, reason: 'x' });
    expect(react(disabled, NO_FACTS)).toStrictEqual(command(disabled.at, 'account-disabled'));
    const revoked = recorded('account-a-1', 'RolesRevoked', { organization: provider, roles: ['data-chief'], reason: 'x' });
    expect(react(revoked, NO_FACTS)).toStrictEqual(command(revoked.at, 'role-revoked'));
  });

  it('has left when the term is over', () => {
    const [account, at] = [accountId('a-1'), '2026-06-01T00:00:00.000Z'];
    const due: DueInstant = { kind: 'chief-term-ended', subject: 'org-1', account, at };
    expect(reaction('chief-term-ended').react(due, NO_FACTS)).toStrictEqual([
      { decider: organization, id: 'org-1', type: 'RecordTermEnded', data: { account, since: at } },
    ]);
  });

  it('has not by the loss of another role', () => {
    const revoked = recorded('account-a-1', 'RolesRevoked', { organization: provider, roles: ['auditor'], reason: 'x' });
    expect(react(revoked, NO_FACTS)).toStrictEqual([]);
  });
});

describe('the instant of a change (R9.2)', () => {
  it('lets it take effect', () => {
    const due: DueInstant = { kind: 'change-effective', subject: 'r-1', change: 'change-1', at: '2026-02-09T16:00:00.000Z' };
    expect(reaction('take-effect').react(due, NO_FACTS)).toStrictEqual([
      { decider: resource, id: 'r-1', type: 'TakeEffect', data: { change: 'change-1', instant: '2026-02-09T16:00:00.000Z' } },
    ]);
  });
});
