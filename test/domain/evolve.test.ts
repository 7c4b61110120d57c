import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { access } from '../../src/domain/access.ts';
import { accountFold } from '../../src/domain/account-state.ts';
import { applicationFold } from '../../src/domain/application-state.ts';
import { calendarNoticeDecider } from '../../src/domain/calendar-notice.ts';
import type { Fold, Past } from '../../src/domain/decider.ts';
import type { Event } from '../../src/domain/event.ts';
import type { EventType } from '../../src/domain/events.ts';
import { grant } from '../../src/domain/grant.ts';
import { asId, type AccountId, type ApplicationId, type GrantId, type PolicyId } from '../../src/domain/ids.ts';
import { login } from '../../src/domain/login.ts';
import { operatorSeat } from '../../src/domain/operator-seat.ts';
import { organizationFold } from '../../src/domain/organization-state.ts';
import { policyDecider } from '../../src/domain/policy.ts';
import { reactionRefusal } from '../../src/domain/reaction-refusal.ts';
import { resourceCode } from '../../src/domain/resource-code.ts';
import { resource } from '../../src/domain/resource.ts';
import { entryOf } from '../support/entries.ts';
import { history, type DataOf } from '../support/events.ts';
import { aGrant, enrolment, organizationId, registration } from '../support/offices.ts';
import { area, changeRequested, EFFECT, inCatalog, mounted, recipient, RESOURCE, SHA, withdrawn } from '../support/resources.ts';
import { nanchang, shippedNotices } from '../support/shipped.ts';

type Lived = readonly [fold: Fold<unknown, Event>, events: readonly Past<Event>[]];
/** What happened to a thing, from `[type, data]` in order. */
const lived = <S, E extends Event>(
  fold: Fold<S, E>,
  ...happened: readonly { [T in EventType]: readonly [T, DataOf<T>] }[EventType][]
): Lived => {
  const log = history();
  for (const [type, data] of happened) log.recorded(`${fold.category}-1`, type, data);
  return [fold, log.events];
};

const [provider, user, operator] = [organizationId('org-1'), organizationId('org-2'), organizationId('org-9')];
const who = asId<AccountId>('a-1');
const [notice] = shippedNotices;
const on = { effectiveOn: '2026-01-05' } as const;
const abandoned = ['CreationAbandoned', { claim: 'x', commandId: 'c' }] as const;
const undertaking = { version: '1', accepted: true } as const;
const request = { purpose: '核验', legalDuty: '三定', systemName: '平台', items: ['姓名'], period: { from: '2026-01-06', to: '2026-12-31' }, undertaking }; // prettier-ignore
const parties = { resource: RESOURCE, provider, applicant: user, operator };
const received = (round: number) => ['SharingApplicationReceived', { round, leg: '1', ...parties }] as const;
const reply = { outcome: 'approved', items: [{ item: '姓名', granted: true, rows: null, reason: null }], conditions: null, reason: null } as const; // prettier-ignore
const subject = { kind: 'log', filter: '', from: 0, to: 1 } as const;
const resourceStory = [
  ...inCatalog(),
  changeRequested(),
  { type: 'ResourceChangeRecipientAdded', data: { change: 'change-1', recipient: recipient('org-new') } },
  { type: 'ResourceChangeAcknowledged', data: { change: 'change-1', organization: user } },
  { type: 'ResourceChangeObjected', data: { change: 'change-1', organization: user, reason: 'x' } },
  { type: 'ResourceChangeApproved', data: { change: 'change-1', comment: null, takesEffectAt: '2026-02-09T16:00:00.000Z' } },
  { type: 'ResourceSupplySuspended', data: { change: 'change-1', reason: 'x' } },
  { type: 'ResourceChangeTookEffect', data: { ...EFFECT, change: 'change-1', kind: 'update', instant: '2026-02-09T16:00:00.000Z', version: 2, entry: entryOf() } }, // prettier-ignore
  { type: 'ResourceSupplyResumed', data: { reason: 'x' } },
  mounted(),
  { type: 'ResourceContentStored', data: { sha256: SHA, bytes: 1, columns: ['a'], rows: 1 } },
  { type: 'ResourceRefreshed', data: { ...area, updateCycle: 'monthly', round: 1, occurredAt: '2026-02-10T00:00:00.000Z', note: null } }, // prettier-ignore
  changeRequested({ change: 'change-2' }),
  { type: 'ResourceChangeReturned', data: { change: 'change-2', comment: 'x' } },
  ...withdrawn.slice(inCatalog().length),
];
const pairs = (events: readonly object[]) => (events as readonly Event[]).map(({ type, data }) => [type, data] as never);

/** A whole life of each thing that the ledger folds. */
const LIVES: readonly Lived[] = [
  lived(
    organizationFold,
    ['OrganizationRegistered', registration()],
    ['OrganizationRenamed', { name: '新名', shortName: null, aliases: ['旧名'], ...on, document: null }],
    ['ProviderCodeFiled', { providerCode: '91350100M000100Y43' }],
    ['DataChiefFiled', { account: who, validFrom: '2026-01-05T01:00:00.000Z', document: null }],
    ['DataChiefLeft', { account: who, reason: 'x' }],
    ['OrganizationAbsorbed', { from: user, ...on, absorbed: [], functions: [], operates: [] }],
    ['OrganizationMerged', { into: user, ...on, document: null }],
    ['OrganizationClosed', { ...on, document: null, reason: 'x' }],
    ['OrganizationClosingTookEffect', on],
    abandoned,
  ),
  lived(
    accountFold,
    ['AccountRegistered', enrolment()],
    ['RolesProposed', { proposal: 1, roles: ['auditor'], validFrom: '2026-01-05T01:00:00.000Z', validUntil: null }],
    ['RolesGranted', { proposal: 1, roles: ['auditor'], validFrom: '2026-01-05T01:00:00.000Z', validUntil: null }],
    ['DelegationGiven', { by: who, organization: provider, matters: ['replies'], validFrom: '2026-01-05T01:00:00.000Z', validUntil: '2026-06-05T01:00:00.000Z' }], // prettier-ignore
    ['RolesRevoked', { organization: user, roles: ['auditor'], reason: 'x' }],
    ['AccountDisabled', { organization: user, reason: 'x' }],
    abandoned,
  ),
  lived(login, ['LoginClaimed', { account: who, commandId: 'c' }]),
  lived(operatorSeat, ['OperatorSeatClaimed', { organization: operator, commandId: 'c' }]),
  lived(policyDecider, ['PolicyProposed', { version: 1, pack: nanchang }], ['PolicyConfirmed', { version: 1, pack: nanchang }]),
  lived(calendarNoticeDecider, ['CalendarNoticeProposed', { notice: notice! }], ['CalendarNoticeConfirmed', { notice: notice! }]),
  lived(resourceCode, ['CodeDrawn', { resource: RESOURCE, sequence: 1, commandId: 'c' }]),
  lived(
    resource,
    ['ResourceDrafted', { ...area, entry: entryOf() }],
    ['ResourceRevised', { entry: entryOf() }],
    ['ResourceSubmitted', { code: '10403201/1', round: 1 }],
    ['DepartmentReviewReturned', { round: 1, comment: 'x' }],
    ['ResourceSubmitted', { code: '10403201/1', round: 2 }],
    ['DepartmentReviewApproved', { round: 2, comment: null }],
    ['OperatorReviewReturned', { round: 2, comment: 'x' }],
    abandoned,
  ),
  lived(resource, ...pairs(resourceStory)),
  lived(
    applicationFold,
    ['SharingApplicationSubmitted', { ...request, ...parties, resourceVersion: 1 }],
    ['SharingApplicationEndorsed', { comment: null }],
    received(1),
    ['FormalityCheckReturned', { round: 1, leg: '1', ...parties, comment: 'x', defects: [{ path: 'items[0]', message: 'x' }] }],
    ['SharingApplicationSupplemented', { ...request, ...parties, purpose: '新', round: 2, comment: null }],
    ['SharingApplicationEndorsementDeclined', { comment: 'x' }],
    received(2),
    ['FormalityCheckPassed', { round: 2, leg: '1', ...parties, comment: null }],
    ['ReplyExtended', { round: 2, ...parties, pack: asId<PolicyId>('p'), rule: 'r', days: 5, consent: 'x', reason: 'x' }],
    ['ReplyDrafted', { round: 2, reply }],
    ['ReplyDraftReturned', { round: 2, comment: 'x' }],
    ['ReplyGiven', { round: 2, ...parties, reply }],
    ['FormalityCheckRefused', { round: 2, leg: '1', ...parties, comment: 'x' }],
    ['SharingApplicationWithdrawn', { ...parties, reason: 'x' }],
    abandoned,
  ),
  lived(
    grant,
    ['GrantIssued', { origin: 'reply', application: asId<ApplicationId>('a'), resource: RESOURCE, resourceVersion: 1, provider, user, operator, purpose: '核验', systemName: '平台', items: [], conditions: null, period: request.period, undertaking }], // prettier-ignore
    ['GrantSuspended', { ...aGrant, reason: 'x' }],
    ['GrantResumed', { ...aGrant, reason: 'x' }],
    ['GrantRevoked', { ...aGrant, reason: 'x' }],
    abandoned,
  ),
  lived(
    access,
    ['AccessStarted', { operation: 'query', organization: user, subject }],
    ['AccessEnded', { operation: 'query', subject, count: 1, bytes: null, outcome: 'completed' }],
    ['AccessRefused', { operation: 'query', organization: user, grant: asId<GrantId>('g'), subject: null, code: 'x' }],
    ['AccessesReported', { organization: operator, part: 0, records: [] }],
  ),
  lived(reactionRefusal, ['ReactionRefused', { reaction: 'x', cause: 'x', code: 'x', detail: 'x' }]),
];

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};
/** The state after each event; every state and event frozen, so that touching one throws. */
const statesOf = ({ initialState, evolve }: Fold<unknown, Event>, events: readonly Past<Event>[]): readonly unknown[] => {
  let state = frozen(initialState());
  return [state, ...events.map((event) => (state = frozen(evolve(state, frozen(event)))))];
};

describe.each(LIVES.map(([fold, events]) => [fold.category, events[0]?.type, fold, events] as const))(
  'the fold of %s from %s',
  (_category, _first, fold, events) => {
    it('is total and pure: a prefix has the same states, whoever folds it, and touches nothing', () => {
      fc.assert(
        fc.property(fc.nat(events.length), (length) => {
          const states = statesOf(fold, events.slice(0, length));
          expect(states).toStrictEqual(statesOf(fold, events).slice(0, length + 1));
          expect(states).not.toContain(undefined);
        }),
      );
    });

    it('is total for events that no rule would have let happen', () => {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...events), { maxLength: 12 }), (strange) => {
          expect(statesOf(fold, strange)).toStrictEqual(statesOf(fold, strange));
        }),
      );
    });
  },
);
