import { applicationFold, PENDING, type ApplicationState, type KnownApplication } from './application-state.ts';
import { actsFor, isAccount, mandateFor, type AccountActor } from './actor.ts';
import { decideCheck, type CheckCommand } from './application-check.ts';
import { decideReply, type ReplyCommand } from './application-reply.ts';
import { partiesOf, receipt, stillIn } from './application-receipt.ts';
import { isOffered } from './catalog-entry.ts';
import { setFact, streamFact, type Command, type Decider, type Facts } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { AbandonedEvent } from './events/account.ts';
import type { ApplicationEvent, Request } from './events/application.ts';
import type { Level } from './events/organization.ts';
import type { ResourceId } from './ids.ts';
import { areaOf, operatorSeat } from './operator-seat.ts';
import { policyDecider } from './policy.ts';
import type { Relation } from './relation.ts';
import type { InStatus } from './resource-state.ts';
import { resource } from './resource.ts';
import { civilDateOf, type Instant } from './time.ts';

export type ApplicantCommand =
  | Command<'SubmitApplication', Request & { readonly resource: ResourceId }>
  | Command<'EndorseApplication', { readonly decision: 'approve' | 'decline'; readonly comment: string | null }>
  | Command<'SupplementApplication', Request & { readonly comment: string | null }>
  | Command<'WithdrawApplication', { readonly reason: string }>;
export type ApplicationCommand = ApplicantCommand | CheckCommand | ReplyCommand;
type PublishedResource = InStatus<'published'>;
type Of<T extends ApplicantCommand['type']> = Extract<ApplicantCommand, { type: T }>;

/** Upper levels first: who applies upwards goes through its own operator (R14.4). */
const RANK: Readonly<Record<Level, number>> = { province: 0, city: 1, county: 2, zone: 2 };

const publishedOf = (facts: Facts, id: ResourceId): PublishedResource => {
  const state = facts.state(resource, id);
  ensure(state.status === 'published', 'application.resource-not-published', { resource: id });
  return state;
};

/** Items that may be asked for: those of the entry that are not withheld; all that may not are named at once. */
const ensureItems = ({ entry }: PublishedResource, items: readonly string[]): void => {
  const unavailable = items.filter((item, index) => !isOffered(entry, item) || items.indexOf(item) !== index);
  ensure(items.length > 0 && unavailable.length === 0, 'application.items-unavailable', { items: unavailable });
};

const ensureRequest = (wanted: PublishedResource, { period, items }: Request, at: Instant): void => {
  ensure(period.from <= period.to, 'application.period-reversed', { from: period.from, to: period.to });
  ensure(period.to >= civilDateOf(at), 'application.period-over', { to: period.to });
  ensureItems(wanted, items);
};

const submit = (state: ApplicationState, command: Of<'SubmitApplication'>, facts: Facts): readonly ApplicationEvent[] => {
  ensure(state.status === 'none', 'application.exists');
  const { actor, data } = command;
  ensure(isAccount(actor), 'application.needs-account');
  const wanted = publishedOf(facts, data.resource);
  const { entry, provider, level, divisionCode } = wanted;
  ensure(entry.shareType !== 'not-shared', 'application.not-shared');
  ensure(entry.shareType === 'conditional', 'application.resource-not-conditional');
  ensure(!actsFor(actor, provider), 'application.own-resource');
  ensure(!wanted.suspended, 'application.supply-suspended');
  ensure(RANK[actor.level] <= RANK[level], 'application.superior-level', { level });
  ensureRequest(wanted, data, command.at);
  const { holder: operator } = facts.state(operatorSeat, areaOf(wanted));
  ensure(operator !== null, 'application.no-operator', { level, divisionCode });
  const parties = { resource: data.resource, provider, applicant: actor.organization, operator };
  const submitted: ApplicationEvent = {
    type: 'SharingApplicationSubmitted',
    data: { ...data, ...parties, resourceVersion: wanted.version },
  };
  return mandateFor(actor, 'applications') === null ? [submitted] : [submitted, receipt(parties, 1)];
};

/** The chief, or a delegate, lets it out of the house; the operator's clock starts with that event (R13.1). */
const endorse = (state: KnownApplication, command: Of<'EndorseApplication'>): readonly ApplicationEvent[] => {
  const { actor, data } = command;
  ensure(isAccount(actor) && actsFor(actor, state.applicant), 'application.not-its-applicant');
  ensure(mandateFor(actor, 'applications') !== null, 'application.needs-data-chief');
  if (data.decision === 'approve')
    return [{ type: 'SharingApplicationEndorsed', data: { comment: data.comment } }, receipt(state, state.round + 1)];
  ensure(data.comment !== null, 'application.comment-required');
  return [{ type: 'SharingApplicationEndorsementDeclined', data: { comment: data.comment } }];
};

const supplement = (
  state: KnownApplication,
  { actor, at, data }: Of<'SupplementApplication'>,
  facts: Facts,
): readonly ApplicationEvent[] => {
  stillIn(state, 'returned');
  ensureRequest(publishedOf(facts, state.resource), data, at);
  const round = state.round + 1;
  const supplemented: ApplicationEvent = { type: 'SharingApplicationSupplemented', data: { ...data, round, ...partiesOf(state) } };
  return mandateFor(actor, 'applications') === null ? [supplemented] : [supplemented, receipt(state, round)];
};

const withdraw = (state: KnownApplication, reason: string): readonly ApplicationEvent[] => {
  if (state.status === 'withdrawn') return [];
  stillIn(state, ...PENDING);
  return [{ type: 'SharingApplicationWithdrawn', data: { ...partiesOf(state), reason } }];
};

const decide = (command: ApplicationCommand, state: ApplicationState, facts: Facts): readonly ApplicationEvent[] => {
  if (command.type === 'SubmitApplication') return submit(state, command, facts);
  ensure('applicant' in state, 'application.abandoned');
  switch (command.type) {
    case 'EndorseApplication':
      if (state.status === 'reply-drafted') return decideReply(command, state, facts);
      stillIn(state, 'awaiting-endorsement');
      return endorse(state, command);
    case 'CheckFormality':
      return decideCheck(command, state);
    case 'SupplementApplication':
      return supplement(state, command, facts);
    case 'WithdrawApplication':
      return withdraw(state, command.data.reason);
    default:
      return decideReply(command, state, facts);
  }
};

/** A sharing application from its submission to its reply (R13.1–R14.3). Stream `application-<id>`. */
export const application: Decider<ApplicationState, ApplicationCommand, ApplicationEvent | AbandonedEvent> = {
  ...applicationFold,
  reads: (command, state, facts) => {
    if (command.type === 'SubmitApplication') {
      const wanted = streamFact(resource, command.data.resource);
      if (!facts.has(wanted)) return [wanted];
      const found = facts.state(resource, command.data.resource);
      return 'level' in found ? [wanted, streamFact(operatorSeat, areaOf(found))] : [wanted];
    }
    const isAgreed = command.type === 'EndorseApplication' && state.status === 'reply-drafted';
    const needsResource = isAgreed || command.type === 'SupplementApplication' || command.type === 'ReplyToApplication';
    if (needsResource && 'resource' in state) return [streamFact(resource, state.resource)];
    if (command.type !== 'ExtendReply') return [];
    return [streamFact(policyDecider, command.data.pack), setFact('reply-clocks', command.data.application)];
  },
  matter: ({ type }, state) => {
    switch (type) {
      case 'SubmitApplication':
      case 'SupplementApplication':
        return 'applications';
      case 'EndorseApplication':
        return state.status === 'reply-drafted' ? 'replies' : 'applications';
      case 'ReplyToApplication':
        return 'replies';
      default:
        return null;
    }
  },
  decide,
};

/** How an actor stands to an application (permission table). */
export const relationsToApplication = (state: ApplicationState, actor: AccountActor): readonly Relation[] => {
  if (!('applicant' in state)) return [];
  const { applicant, provider, operator } = state;
  const parties = { applicant, provider, operator } as const;
  return (['applicant', 'provider', 'operator'] as const).filter((relation) => actsFor(actor, parties[relation]));
};
