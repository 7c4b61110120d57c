import { describe, expect, it } from 'vitest';
import { DUTIES, type Birth, type Discharge } from '../../src/domain/duties.ts';
import { endOf } from '../../src/domain/duty-ends.ts';
import type { AccessOutcome, AccessSubject } from '../../src/domain/events/grant.ts';
import { EVENT_SCHEMAS, type EventType } from '../../src/domain/events.ts';
import type { LedgerEvent } from '../../src/domain/ledger-event.ts';
import type { OrganizationKind } from '../../src/domain/events/organization.ts';
import { asId, type ApplicationId } from '../../src/domain/ids.ts';
import { addDays, civilDateOf } from '../../src/domain/time.ts';
import { entryOf } from '../support/entries.ts';
import { history, type DataOf } from '../support/events.ts';
import { aGrant, organizationId, registration } from '../support/offices.ts';
import { EFFECT } from '../support/resources.ts';

const [provider, operator] = [organizationId('org-1'), organizationId('org-9')];
/** An event with what the table of duties looks at. */
const event = <T extends EventType>(stream: string, type: T, data: Partial<DataOf<T>> = {}): LedgerEvent =>
  history().recorded(stream, type, data as unknown as DataOf<T>);

type Duties<R> = Readonly<Record<string, R>>;
const told = <R>(rules: 'bornBy' | 'dischargedBy', of: LedgerEvent): Duties<R> => {
  const found = DUTIES.map((duty) => {
    const rule = duty[rules][of.type] as ((event: LedgerEvent) => R | null) | undefined;
    return [duty.kind, rule?.(of) ?? null] as const;
  });
  return Object.fromEntries(found.filter(([, what]) => what !== null)) as Duties<R>;
};
const begun = (of: LedgerEvent) => told<Birth>('bornBy', of);
const met = (of: LedgerEvent) => told<Discharge>('dischargedBy', of);

const on = { resource: null, cycle: null, round: 1 };
const byProvider = { debtor: { organization: 'org-1' } };

describe('the table of duties (requirements §4)', () => {
  it('says of each which case of Art. 30 its breach is', () => {
    expect(DUTIES.map(({ kind, violation }) => [kind, violation])).toStrictEqual([
      ['normative-check', 7],
      ['provider-reply', 7],
      ['reply-conditional', 7],
      ['reply-unconditional', 7],
      ['provide-after-consent', 2],
      ['change-notice', null],
      ['catalog-review', 4],
      ['refresh', 4],
      ['mount', 2],
      ['yunzhang-change', null],
    ]);
  });

  it('begins, meets and ends duties by these events only', () => {
    const used = (rules: 'bornBy' | 'dischargedBy') => [...new Set(DUTIES.flatMap((duty) => Object.keys(duty[rules])))].toSorted();
    expect(used('bornBy')).toStrictEqual(['DataChiefLeft', 'FormalityCheckPassed', 'GrantIssued', 'OrganizationRegistered', 'ReplyGiven', 'ResourceChangeRequested', 'ResourceChangeTookEffect', 'ResourcePublished', 'ResourceRefreshed', 'SharingApplicationReceived']); // prettier-ignore
    expect(used('dischargedBy')).toStrictEqual(['AccessEnded', 'FormalityCheckPassed', 'FormalityCheckRefused', 'FormalityCheckReturned', 'ReplyGiven', 'ResourceChangeApproved', 'ResourceChangeReturned', 'ResourceChangeTookEffect', 'ResourceMounted', 'ResourceRefreshed']); // prettier-ignore
    const ending = (Object.keys(EVENT_SCHEMAS) as EventType[]).filter(
      (type) =>
        endOf(
          event(
            'x-1',
            type,
            type === 'GrantRevoked' ? aGrant : type.startsWith('OrganizationClos') ? { effectiveOn: '2026-01-01' } : {},
          ),
        ) !== null,
    );
    expect(ending.toSorted()).toStrictEqual([
      'DataChiefFiled',
      'OrganizationAbsorbed',
      'OrganizationClosed',
      'OrganizationClosingTookEffect',
      'ResourceChangeReturned',
      'ResourceChangeTookEffect',
      'SharingApplicationWithdrawn',
    ]);
  });
});

describe('duties of an application', () => {
  const subject = { type: 'application', id: 'a-1' };
  const reply = (outcome: 'approved' | 'partly-approved' | 'refused') =>
    event('application-a-1', 'ReplyGiven', {
      round: 2,
      provider,
      resource: asId('r-1'),
      reply: { outcome, items: [], conditions: null, reason: null },
    });

  it('begin for its operator with the receipt (R14.1)', () => {
    const received = event('application-a-1', 'SharingApplicationReceived', { round: 2, operator, resource: asId('r-1') });
    expect(begun(received)).toStrictEqual({
      'normative-check': { subject, round: 2, debtor: { organization: 'org-9' }, resource: 'r-1', cycle: null },
    });
  });

  it.each(['FormalityCheckPassed', 'FormalityCheckReturned', 'FormalityCheckRefused'] as const)(
    'of its operator are met by %s',
    (type) => {
      expect(met(event('application-a-1', type, { round: 2 }))).toStrictEqual({ 'normative-check': { subject: 'a-1', round: 2 } });
    },
  );

  it('begin for its provider with the passed check (R14.2)', () => {
    const duty = { subject, ...on, ...byProvider, resource: 'r-1', round: 2 };
    expect(begun(event('application-a-1', 'FormalityCheckPassed', { round: 2, provider, resource: asId('r-1') }))).toStrictEqual({
      'provider-reply': duty,
      'reply-conditional': duty,
    });
  });

  it('of its provider are met by the reply, and an agreeing one begins the next (R30.1)', () => {
    for (const outcome of ['approved', 'partly-approved', 'refused'] as const)
      expect(met(reply(outcome))).toStrictEqual({
        'provider-reply': { subject: 'a-1', round: 2 },
        'reply-conditional': { subject: 'a-1', round: 2 },
      });
    for (const outcome of ['approved', 'partly-approved'] as const)
      expect(begun(reply(outcome))).toStrictEqual({ 'provide-after-consent': { subject, ...on, ...byProvider, resource: 'r-1' } });
    expect(begun(reply('refused'))).toStrictEqual({});
  });

  const used = (part: object = {}, outcome: AccessOutcome = 'completed') =>
    event('access-1', 'AccessEnded', {
      subject: { kind: 'grant', application: asId<ApplicationId>('a-1'), ...part } as AccessSubject,
      outcome,
    });

  it('to provide are met by the first use that was completed', () => {
    expect(met(used())).toStrictEqual({ 'provide-after-consent': { subject: 'a-1', round: 1 } });
    expect(met(used({}, 'failed'))).toStrictEqual({});
    expect(met(used({ application: null }))).toStrictEqual({});
    expect(met(used({ kind: 'log' }))).toStrictEqual({});
  });

  it('are void when it is withdrawn', () => {
    const kinds = ['normative-check', 'provider-reply', 'reply-conditional'];
    expect(endOf(event('application-a-1', 'SharingApplicationWithdrawn'))).toStrictEqual({ of: 'subject', id: 'a-1', kinds, how: 'void' }); // prettier-ignore
  });

  it('to supply is void when the grant is revoked; direct access owed nothing', () => {
    const revoked = (application: string | null) => endOf(event('grant-g-1', 'GrantRevoked', { ...aGrant, application: application === null ? null : asId(application), reason: 'x' })); // prettier-ignore
    expect(revoked('a-1')).toStrictEqual({ of: 'subject', id: 'a-1', kinds: ['provide-after-consent'], how: 'void' });
    expect(revoked(null)).toBeNull();
  });
});

describe('the duty of direct access (R11.2)', () => {
  const issued = (origin: 'direct' | 'reply') => event('grant-g-1', 'GrantIssued', { origin, provider, resource: asId('r-1') });

  it('is met as it begins', () => {
    const duty = { subject: { type: 'grant', id: 'g-1' }, ...on, ...byProvider, resource: 'r-1', met: true };
    expect(begun(issued('direct'))).toStrictEqual({ 'reply-unconditional': duty });
  });

  it('is not of a grant by reply', () => {
    expect(begun(issued('reply'))).toStrictEqual({});
  });
});

describe('duties of a change', () => {
  const requested = event('resource-r-1', 'ResourceChangeRequested', {
    change: 'c-1',
    provider,
    level: 'city',
    divisionCode: '360100',
  });
  const subject = { type: 'change', id: 'c-1' };

  it('begin for its provider and the operator of its area (R9.1, R9.2)', () => {
    expect(begun(requested)).toStrictEqual({
      'change-notice': { subject, ...on, ...byProvider, resource: 'r-1' },
      'catalog-review': { subject, ...on, debtor: { operatorOf: 'city-360100' }, resource: 'r-1' },
    });
  });

  it('are met by its review and by its effect', () => {
    const change = { ...EFFECT, change: 'c-1' };
    const reviewed = { 'catalog-review': { subject: 'c-1', round: 1 } };
    expect(met(event('resource-r-1', 'ResourceChangeApproved', change))).toStrictEqual(reviewed);
    expect(met(event('resource-r-1', 'ResourceChangeReturned', change))).toStrictEqual(reviewed);
    expect(met(event('resource-r-1', 'ResourceChangeTookEffect', change))).toStrictEqual({
      'change-notice': { subject: 'c-1', round: 1 },
    });
  });

  it('are void when it is returned', () => {
    expect(endOf(event('resource-r-1', 'ResourceChangeReturned', { change: 'c-1' }))).toStrictEqual({
      of: 'subject',
      id: 'c-1',
      kinds: ['change-notice'],
      how: 'void',
    });
  });
});

describe('duties of a resource', () => {
  const subject = { type: 'resource', id: 'r-1' };
  const published = event('resource-r-1', 'ResourcePublished', { provider, entry: entryOf({ updateCycle: 'daily' }) });
  const refreshed = event('resource-r-1', 'ResourceRefreshed', {
    provider,
    updateCycle: 'yearly',
    round: 3,
    occurredAt: '2026-01-02T00:00:00.000Z',
  });

  it('begin with its publication (R12.1)', () => {
    expect(begun(published)).toStrictEqual({
      refresh: { subject, ...on, ...byProvider, resource: 'r-1', cycle: 'daily' },
      mount: { subject, ...on, ...byProvider, resource: 'r-1' },
    });
  });

  it('are met by mount and refresh, which begins the next round', () => {
    expect(met(event('resource-r-1', 'ResourceMounted', { round: 2 }))).toStrictEqual({ mount: { subject: 'r-1', round: 2 } });
    expect(met(refreshed)).toStrictEqual({ refresh: { subject: 'r-1', round: 3 } });
    expect(begun(refreshed)).toStrictEqual({
      refresh: { subject, ...byProvider, resource: 'r-1', cycle: 'yearly', round: 4, since: '2026-01-02T00:00:00.000Z' },
    });
  });

  it('begin again when a change unbinds what was mounted (R12.1)', () => {
    const effect = (remounting: number | null) =>
      begun(event('resource-r-1', 'ResourceChangeTookEffect', { ...EFFECT, change: 'c', kind: 'update', remounting }));
    expect(effect(null)).toStrictEqual({});
    expect(effect(2)).toStrictEqual({ mount: { subject, ...byProvider, resource: 'r-1', cycle: null, round: 2 } });
  });

  it('are void when it is withdrawn, and go on through an update', () => {
    const effect = (kind: 'withdrawal' | 'update') =>
      endOf(event('resource-r-1', 'ResourceChangeTookEffect', { ...EFFECT, change: 'c', kind }));
    expect(effect('withdrawal')).toStrictEqual({ of: 'resource', id: 'r-1', kinds: ['refresh', 'mount', 'provide-after-consent'], how: 'void' }); // prettier-ignore
    expect(effect('update')).toBeNull();
  });
});

describe('the duty to have a data chief (R27.1)', () => {
  const vacancy = (round: number) => ({
    'yunzhang-change': { subject: { type: 'organization', id: 'o-1' }, ...on, debtor: { organization: 'o-1' }, round },
  });
  const registered = (part: Partial<DataOf<'OrganizationRegistered'>>) =>
    event('organization-o-1', 'OrganizationRegistered', registration(part));

  it('begins with the registration, and again whenever the chief leaves', () => {
    expect(begun(registered({}))).toStrictEqual(vacancy(1));
    const log = history();
    log.recorded('organization-o-1', 'OrganizationRegistered', registration());
    const left = log.recorded('organization-o-1', 'DataChiefLeft', { account: asId('a'), reason: 'x' });
    expect(begun(left)).toStrictEqual(vacancy(2));
    const since = '2026-01-04T16:00:00.000Z';
    const over = log.recorded('organization-o-1', 'DataChiefLeft', { account: asId('a'), reason: 'term-ended', since });
    expect(begun(over)).toStrictEqual({ 'yunzhang-change': { ...vacancy(3)['yunzhang-change'], since } });
  });

  it.each([
    { kind: 'public-enterprise' as OrganizationKind },
    { functions: ['platform-operator', 'upper-level-platform'] as const },
  ])('is not of %j', (part) => {
    expect(begun(registered(part))).toStrictEqual({});
  });

  it('is met when one is filed', () => {
    expect(endOf(event('organization-o-1', 'DataChiefFiled'))).toStrictEqual({ of: 'subject', id: 'o-1', kinds: ['yunzhang-change'], how: 'discharged' }); // prettier-ignore
  });

  it('is void once the body is no more, and not when its end is only announced (R27.1)', () => {
    const ended = (id: string) => ({ of: 'subject', id, kinds: ['yunzhang-change'], how: 'void' });
    const absorbed = { from: organizationId('o-1'), effectiveOn: '2026-02-01', absorbed: [], functions: [], operates: [] };
    expect(endOf(event('organization-o-2', 'OrganizationAbsorbed', absorbed))).toStrictEqual(ended('o-1'));
    expect(endOf(event('organization-o-1', 'OrganizationMerged', { effectiveOn: '2026-01-01' }))).toBeNull();
    const closed = event('organization-o-1', 'OrganizationClosed', { effectiveOn: '2026-01-01' });
    const today = civilDateOf(closed.at);
    const closing = (effectiveOn: string) => endOf(event('organization-o-1', 'OrganizationClosed', { effectiveOn }));
    expect([closing(today), closing(addDays(today, 1))]).toStrictEqual([ended('o-1'), null]);
    const effect = event('organization-o-1', 'OrganizationClosingTookEffect', { effectiveOn: '2026-02-01' });
    expect(endOf(effect)).toStrictEqual({ ...ended('o-1'), since: '2026-01-31T16:00:00.000Z' });
  });
});
