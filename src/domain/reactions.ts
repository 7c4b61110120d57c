import type { AnyDecider } from './command-port.ts';
import { streamFact, type Fact, type Facts } from './decider.ts';
import { idOf } from './envelope.ts';
import type { EventType } from './events.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { grant } from './grant.ts';
import { asId, type AccountId, type OrganizationId } from './ids.ts';
import { operatorSeat } from './operator-seat.ts';
import { organization } from './organization.ts';
import { existsAt, organizationFold, type OrganizationState } from './organization-state.ts';
import { resource } from './resource.ts';
import type { Instant } from './time.ts';

/** An instant that the clock has reached, as the projection of pending instants holds it (decision 8). */
export type DueInstant =
  | { readonly kind: 'change-effective'; readonly subject: string; readonly change: string; readonly at: Instant }
  /** `subject`: the body that is merged into another on that day. */
  | { readonly kind: 'merger-effective'; readonly subject: string; readonly into: OrganizationId; readonly at: Instant }
  /** `subject`: the body that is closed on that day, as was recorded before. */
  | { readonly kind: 'closing-effective'; readonly subject: string; readonly at: Instant }
  /** `subject`: the organization whose filed data chief holds the role until then. */
  | { readonly kind: 'chief-term-ended'; readonly subject: string; readonly account: AccountId; readonly at: Instant };
type Due<K extends DueInstant['kind']> = Extract<DueInstant, { kind: K }>;

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
  /** Asked again after each load, until nothing is new. */
  reads?(this: void, cause: LedgerEvent | DueInstant, facts: Facts): readonly Fact[];
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

const mergedBody = (cause: LedgerEvent | DueInstant): OrganizationId =>
  asId<OrganizationId>('stream' in cause ? idOf(cause.stream) : cause.subject);

/**
 * The bodies that a merged body leads to, each into the next where that is itself no more by then. Two mergers that crossed may
 * lead back to where they began: nobody takes on then, and that is refused and seen.
 */
const successorsOf = (from: OrganizationId, at: Instant, facts: Facts): readonly OrganizationId[] => {
  const chain: OrganizationId[] = [];
  let body: OrganizationId | null = from;
  while (body !== null && facts.has(streamFact(organizationFold, body))) {
    const state: OrganizationState = facts.state(organizationFold, body);
    const next: OrganizationId | null = 'level' in state ? state.mergedInto : null;
    const isEnd: boolean = next === null || next === from || chain.includes(next) || existsAt(state, at);
    body = isEnd ? null : next;
    if (body !== null) chain.push(body);
  }
  return chain;
};

/** What one body gives up in a merger, the other takes on, on the day of the merger (R2.1). */
const absorbMerged: Reaction = {
  name: 'absorb-merged',
  on: ['OrganizationMerged', 'merger-effective'],
  reads: (cause, facts) =>
    [mergedBody(cause), ...successorsOf(mergedBody(cause), cause.at, facts)].map((body) => streamFact(organizationFold, body)),
  react: (cause, facts) => {
    const from = mergedBody(cause);
    const heir = successorsOf(from, cause.at, facts).at(-1);
    return heir === undefined ? [] : [{ decider: organization, id: heir, type: 'AbsorbOrganization', data: { from } }];
  },
};

/** The absorbing body receives the applications of the areas where the absorbed one did (requirements §1, R6.1). */
const takeSeat: Reaction = {
  name: 'take-seat',
  on: ['OrganizationAbsorbed'],
  reads: (cause) => (cause as Caused<'OrganizationAbsorbed'>).data.operates.map((area) => streamFact(operatorSeat, area)),
  react: (cause, facts) => {
    const { stream, data } = cause as Caused<'OrganizationAbsorbed'>;
    return data.operates.flatMap((area): ReactionCommand[] => {
      const { holder } = facts.state(operatorSeat, area);
      if (holder !== data.from) return [];
      const claim = { organization: idOf(stream), over: `organization-${holder}` };
      return [{ decider: operatorSeat, id: area, type: 'ClaimOperatorSeat', data: claim, member: area }];
    });
  },
};

/** The day of a closing that was recorded before it: what the body owed for itself alone ends (R27.1). */
const takeClosingEffect: Reaction = {
  name: 'take-closing-effect',
  on: ['closing-effective'],
  react: (cause) => {
    const { subject } = cause as Due<'closing-effective'>;
    return [{ decider: organization, id: subject, type: 'TakeClosingEffect', data: {} }];
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

/** A data chief whose term is over has left too, though nobody did anything (R27.1). */
const chiefTermEnded: Reaction = {
  name: 'chief-term-ended',
  on: ['chief-term-ended'],
  react: (cause) => {
    const { subject, account, at } = cause as Due<'chief-term-ended'>;
    return [{ decider: organization, id: subject, type: 'RecordTermEnded', data: { account, since: at } }];
  },
};

/** A change takes effect at its instant (R9.2). */
const takeEffect: Reaction = {
  name: 'take-effect',
  on: ['change-effective'],
  react: (cause) => {
    const { subject, change, at } = cause as Due<'change-effective'>;
    return [{ decider: resource, id: subject, type: 'TakeEffect', data: { change, instant: at } }];
  },
};

/** What follows from events and instants (decision 8). Pure: the shell runs the commands, again after a crash. */
export const REACTIONS: readonly Reaction[] = [
  grantOnReply,
  tellNewUser,
  absorbMerged,
  takeSeat,
  takeClosingEffect,
  chiefLeft,
  chiefTermEnded,
  takeEffect,
];
