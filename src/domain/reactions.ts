import type { AnyDecider } from './command-port.ts';
import { streamFact, type Fact, type Facts } from './decider.ts';
import { idOf } from './envelope.ts';
import type { EventType, LedgerEvent } from './events.ts';
import { grant } from './grant.ts';
import { organization } from './organization.ts';
import { resource } from './resource.ts';
import type { Instant } from './time.ts';

/** An instant that the clock has reached, as the projection of pending instants holds it (decision 8). */
export type DueInstant = {
  readonly kind: 'change-effective';
  readonly subject: string;
  readonly change: string;
  readonly at: Instant;
};

/** A command that follows. Without `id` it begins a thing, whose id the shell derives from the command id. */
export type ReactionCommand = {
  readonly decider: AnyDecider;
  readonly id?: string;
  readonly type: string;
  readonly data: unknown;
  /** Tells apart the commands that one cause has under one reaction. */
  readonly member?: string;
};

export type Reaction = {
  readonly name: string;
  readonly on: readonly (EventType | DueInstant['kind'])[];
  reads?(this: void, cause: LedgerEvent | DueInstant): readonly Fact[];
  react(this: void, cause: LedgerEvent | DueInstant, facts: Facts): readonly ReactionCommand[];
};

type Caused<T extends EventType> = Extract<LedgerEvent, { type: T }>;

/** An agreeing reply issues the grant as the reply says (R14.3). */
const grantOnReply: Reaction = {
  name: 'grant-on-reply',
  on: ['ReplyGiven'],
  react: (cause) => {
    const { stream, data } = cause as Caused<'ReplyGiven'>;
    if (data.reply.outcome === 'refused') return [];
    return [{ decider: grant, type: 'IssueGrant', data: { application: idOf(stream) } }];
  },
};

/** Whoever is granted a resource while its change is announced is told too (R9.1). */
const tellNewUser: Reaction = {
  name: 'tell-new-user',
  on: ['GrantIssued'],
  reads: (cause) => {
    const { stream, data } = cause as Caused<'GrantIssued'>;
    return [streamFact(resource, data.resource), streamFact(grant, idOf(stream))];
  },
  react: (cause, facts) => {
    const { stream, data } = cause as Caused<'GrantIssued'>;
    const state = facts.state(resource, data.resource);
    // A repeat may run this long after: whose grant is revoked or over by then is no user any more.
    if (state.status !== 'published' || state.pending === null || facts.state(grant, idOf(stream)).status === 'revoked') return [];
    const recipient = { organization: data.user, via: 'grant', id: idOf(stream) };
    const told = { change: state.pending.change, recipient, until: data.period.to };
    return [{ decider: resource, id: data.resource, type: 'AddChangeRecipient', data: told }];
  },
};

/** What one body gives up in a merger, the other takes on (R2.1). */
const absorbMerged: Reaction = {
  name: 'absorb-merged',
  on: ['OrganizationMerged'],
  react: (cause) => {
    const { stream, data } = cause as Caused<'OrganizationMerged'>;
    const { into, effectiveOn } = data;
    return [{ decider: organization, id: into, type: 'AbsorbOrganization', data: { from: idOf(stream), effectiveOn } }];
  },
};

/** A data chief who may be one no more has left: the department owes another (R27.1). */
const chiefLeft: Reaction = {
  name: 'chief-left',
  on: ['AccountDisabled', 'RolesRevoked'],
  react: (cause) => {
    const { stream, at, type, data } = cause as Caused<'AccountDisabled' | 'RolesRevoked'>;
    if (type === 'RolesRevoked' && !data.roles.includes('data-chief')) return [];
    const reason = type === 'RolesRevoked' ? 'role-revoked' : 'account-disabled';
    const lost = { account: idOf(stream), since: at, reason };
    return [{ decider: organization, id: data.organization, type: 'RecordMandateLost', data: lost }];
  },
};

/** A change takes effect at its instant (R9.2). */
const takeEffect: Reaction = {
  name: 'take-effect',
  on: ['change-effective'],
  react: (cause) => {
    const { subject, change, at } = cause as DueInstant;
    return [{ decider: resource, id: subject, type: 'TakeEffect', data: { change, instant: at } }];
  },
};

/** What follows from events and instants (decision 8). Pure: the shell runs the commands, again after a crash. */
export const REACTIONS: readonly Reaction[] = [grantOnReply, tellNewUser, absorbMerged, chiefLeft, takeEffect];
