import { actsFor, isAccount, type AccountActor } from './actor.ts';
import { applicationFold } from './application-state.ts';
import { isOffered, isUnconditional, type CatalogEntry } from './catalog-entry.ts';
import { streamFact, type Command, type Decider, type Facts } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { AbandonedEvent } from './events/account.ts';
import type { Undertaking } from './events/application.ts';
import type { GrantedItem, GrantEvent } from './events/grant.ts';
import type { ApplicationId, OrganizationId, ResourceId } from './ids.ts';
import type { Relation } from './relation.ts';
import { areaOf, operatorSeat } from './operator-seat.ts';
import { resource } from './resource.ts';
import { civilDateOf, endOfDay, startOfDay, type CivilDate, type Instant } from './time.ts';

export type GrantCommand =
  | Command<
      'RegisterDirectGrant',
      {
        readonly resource: ResourceId;
        readonly purpose: string;
        readonly systemName: string;
        readonly items: readonly string[];
        readonly undertaking: Undertaking;
      }
    >
  | Command<'IssueGrant', { readonly application: ApplicationId }>
  | Command<'SuspendGrant' | 'ResumeGrant' | 'RevokeGrant', { readonly reason: string }>;
type Of<T extends GrantCommand['type']> = Extract<GrantCommand, { type: T }>;

export type KnownGrant = {
  readonly status: 'issued' | 'suspended' | 'revoked';
  readonly application: ApplicationId | null;
  readonly resource: ResourceId;
  readonly provider: OrganizationId;
  readonly user: OrganizationId;
  readonly operator: OrganizationId | null;
  readonly purpose: string;
  readonly items: readonly GrantedItem[];
  readonly period: { readonly from: CivilDate; readonly to: CivilDate | null };
};
export type GrantState = { readonly status: 'none' } | { readonly status: 'abandoned' } | KnownGrant;

/** What a grant is worth at an instant: its period is judged by the clock, never stored (decision 9). */
export const grantStateAt = (
  { status, period }: KnownGrant,
  at: Instant,
): 'live' | 'not-yet' | 'expired' | 'suspended' | 'revoked' => {
  if (status !== 'issued') return status;
  if (at < startOfDay(period.from)) return 'not-yet';
  return period.to !== null && at >= endOfDay(period.to) ? 'expired' : 'live';
};

/**
 * Whether the grant gives an item still, as the entry is now: one that was given by a reply while it is shared at all, one
 * that was given for the asking while it needs no application (R11.2, R11.3).
 */
export const gives = ({ application }: Pick<KnownGrant, 'application'>, entry: CatalogEntry, item: string): boolean =>
  application === null ? isUnconditional(entry, item) : isOffered(entry, item);

/** At once, without application, check or reply: what is unconditional, item by item (R11.2). */
const direct = (state: GrantState, { actor, at, data }: Of<'RegisterDirectGrant'>, facts: Facts): readonly GrantEvent[] => {
  ensure(state.status === 'none', 'grant.exists');
  ensure(isAccount(actor), 'grant.needs-account');
  const wanted = facts.state(resource, data.resource);
  ensure(wanted.status === 'published', 'grant.resource-not-published', { resource: data.resource });
  ensure(!actsFor(actor, wanted.provider), 'grant.own-resource');
  ensure(!wanted.suspended, 'grant.supply-suspended');
  const bound = data.items.filter((item, index) => !isUnconditional(wanted.entry, item) || data.items.indexOf(item) !== index);
  ensure(data.items.length > 0 && bound.length === 0, 'grant.items-not-unconditional', { items: bound });
  const { purpose, systemName, undertaking } = data;
  return [
    {
      type: 'GrantIssued',
      data: {
        origin: 'direct',
        application: null,
        resource: data.resource,
        resourceVersion: wanted.version,
        provider: wanted.provider,
        user: actor.organization,
        operator: facts.state(operatorSeat, areaOf(wanted)).holder,
        purpose,
        systemName,
        items: data.items.map((item) => ({ item, rows: null })),
        conditions: null,
        period: { from: civilDateOf(at), to: null },
        undertaking,
      },
    },
  ];
};

/** As the provider's reply says (R14.3): its items, their row conditions, its conditions, the period that was asked for. */
const issue = (state: GrantState, { data }: Of<'IssueGrant'>, facts: Facts): readonly GrantEvent[] => {
  if (state.status !== 'none') return [];
  const asked = facts.state(applicationFold, data.application);
  ensure(asked.status === 'approved' || asked.status === 'partly-approved', 'grant.no-agreeing-reply', {
    application: data.application,
  });
  const { reply, provider, applicant: user, operator, purpose, systemName, period, undertaking, resourceVersion } = asked;
  const items = reply.items.filter(({ granted }) => granted).map(({ item, rows }) => ({ item, rows }));
  const parties = { resource: asked.resource, resourceVersion, provider, user, operator };
  const terms = { purpose, systemName, items, conditions: reply.conditions, period, undertaking };
  return [{ type: 'GrantIssued', data: { origin: 'reply', application: data.application, ...parties, ...terms } }];
};

const govern = (state: KnownGrant, { type, data }: Of<'SuspendGrant' | 'ResumeGrant' | 'RevokeGrant'>): readonly GrantEvent[] => {
  const target = { SuspendGrant: 'suspended', ResumeGrant: 'issued', RevokeGrant: 'revoked' }[type];
  if (state.status === target) return [];
  ensure(state.status !== 'revoked', 'grant.revoked');
  const happened = { SuspendGrant: 'GrantSuspended', ResumeGrant: 'GrantResumed', RevokeGrant: 'GrantRevoked' } as const;
  const { application, resource: of, provider, user } = state;
  return [{ type: happened[type], data: { application, resource: of, provider, user, ...data } }];
};

const evolve: Decider<GrantState, GrantCommand, GrantEvent | AbandonedEvent>['evolve'] = (state, event) => {
  if (event.type === 'CreationAbandoned') return { status: 'abandoned' };
  if (event.type === 'GrantIssued') {
    const { application, resource: of, provider, user, operator, purpose, items, period } = event.data;
    return { status: 'issued', application, resource: of, provider, user, operator, purpose, items, period };
  }
  if (!('user' in state)) return state;
  const status = { GrantSuspended: 'suspended', GrantResumed: 'issued', GrantRevoked: 'revoked' } as const;
  return { ...state, status: status[event.type] };
};

/** A right to use, from its issue to its end (R11.2, R14.3). No grant exists outside the ledger (R7.6). Stream `grant-<id>`. */
export const grant: Decider<GrantState, GrantCommand, GrantEvent | AbandonedEvent> = {
  category: 'grant',
  initialState: () => ({ status: 'none' }),
  reads: (command, _state, facts) => {
    if (command.type === 'RegisterDirectGrant') {
      const wanted = streamFact(resource, command.data.resource);
      const found = facts.has(wanted) ? facts.state(resource, command.data.resource) : null;
      return found !== null && 'level' in found ? [wanted, streamFact(operatorSeat, areaOf(found))] : [wanted];
    }
    return command.type === 'IssueGrant' ? [streamFact(applicationFold, command.data.application)] : [];
  },
  decide: (command, state, facts) => {
    if (command.type === 'RegisterDirectGrant') return direct(state, command, facts);
    if (command.type === 'IssueGrant') return issue(state, command, facts);
    ensure('user' in state, 'grant.abandoned');
    return govern(state, command);
  },
  evolve,
};

/** How an actor stands to a grant (permission table). */
export const relationsToGrant = (
  state: GrantState | Pick<KnownGrant, 'user' | 'provider' | 'operator'>,
  actor: AccountActor,
): readonly Relation[] => {
  if (!('user' in state)) return [];
  const { user, provider, operator } = state;
  const parties = { user, provider, operator } as const;
  return (['user', 'provider', 'operator'] as const).filter((relation) => actsFor(actor, parties[relation]));
};
