import { actorName, actsFor, isAccount } from './actor.ts';
import type { Actor } from './actor.ts';
import { earliestEffective } from './calendar.ts';
import { categoryCode } from './catalog-entry.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { canonicalJson } from './canonical-json.ts';
import { ensure } from './domain-error.ts';
import type { Command, Facts } from './decider.ts';
import type { ChangeGround, ChangeKind, ChangeRecipient, Provider, ResourceEvent, YieldedRule } from './events/resource.ts';
import { asId } from './ids.ts';
import type { OrganizationId, ResourceId } from './ids.ts';
import { changeNoticeOf } from './policy-pack.ts';
import type { ChangeNotice, VersionedPack } from './policy-pack.ts';
import { ensureEntry, lawAt } from './resource-law.ts';
import { during } from './resource-state.ts';
import type { InStatus, PendingChange, ResourceState } from './resource-state.ts';
import { civilDateOf, endOfDay, laterOf, startOfDay } from './time.ts';
import type { CivilDate, Instant } from './time.ts';

type Review = { readonly change: string; readonly decision: 'approve' | 'return'; readonly comment: string | null };

export type ChangeCommand =
  | Command<
      'RequestChange',
      {
        readonly resource: ResourceId;
        readonly change: string;
        readonly kind: ChangeKind;
        readonly ground: ChangeGround;
        readonly effectiveOn: CivilDate;
        readonly patch: Partial<CatalogEntry> | null;
        readonly reason: string;
      }
    >
  | Command<'ReviewChange', Review>
  | Command<'TakeEffect', { readonly change: string; readonly instant: Instant }>
  /** `until`: the last day of the right by which it is a user; null: no end. */
  | Command<
      'AddChangeRecipient',
      { readonly change: string; readonly recipient: ChangeRecipient; readonly until: CivilDate | null }
    >
  | Command<'AcknowledgeChange', { readonly change: string }>
  | Command<'ObjectToChange', { readonly change: string; readonly reason: string }>;

type Of<T extends ChangeCommand['type']> = Extract<ChangeCommand, { type: T }>;

/** Grounds before which the month's notice gives way: a higher norm, or an error that must not live on (R9.1). */
const YIELDING: readonly ChangeGround[] = ['superior-law', 'correction'];

/** An event holds 60,000 bytes: those who do not fit beside the entry are told by events of their own. */
const MOST_RECIPIENTS = 120;

/** One row per organization and way in which it is a user, in a fixed order, whatever order the set came in. */
const recipientsOf = (facts: Facts, resource: ResourceId): readonly ChangeRecipient[] => {
  const keyed = facts
    .members('resource-users', resource)
    .map(({ organization, via, id }) => ({ key: `${organization} ${via} ${id}`, organization, via, id }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.flatMap(({ organization, via, id }, index) => {
    const before = keyed[index - 1];
    if (before?.organization === organization && before.via === via) return [];
    return [{ organization: asId<OrganizationId>(organization), via, id }];
  });
};

/** The entry as an update makes it, null for a withdrawal. A published entry keeps its category, since its code rests on it. */
const changedEntry = (
  entry: CatalogEntry,
  { kind, patch }: Of<'RequestChange'>['data'],
  law: readonly VersionedPack[],
): CatalogEntry | null => {
  if (kind === 'withdrawal') {
    ensure(patch === null, 'resource.withdrawal-with-patch');
    return null;
  }
  const changed = { ...entry, ...patch };
  ensure(canonicalJson(changed) !== canonicalJson(entry), 'resource.change-empty');
  ensure(categoryCode(changed.category) === categoryCode(entry.category), 'resource.category-fixed', { category: categoryCode(entry.category) }); // prettier-ignore
  ensureEntry(changed, law);
  return changed;
};

const yieldedRule = ({ pack, version, article }: ChangeNotice): YieldedRule => ({ pack, version, rule: 'change-notice', article });

/** Who provides it, where: they decide who reviews. */
const providerOf = ({ provider, level, divisionCode }: InStatus<'published'>): Provider => ({ provider, level, divisionCode });

/**
 * Users are told at least a month before an ordinary change; with nobody to tell there is nothing to wait for (R9.1). A
 * change for security's sake follows the ordinary way too, but the supply stops at once.
 */
const requestChange = (state: InStatus<'published'>, { at, data }: Of<'RequestChange'>, facts: Facts): readonly ResourceEvent[] => {
  ensure(state.pending === null, 'resource.change-pending', { change: state.pending?.change });
  const { resource, change, kind, ground, effectiveOn, reason } = data;
  const law = lawAt(facts, at);
  const entry = changedEntry(state.entry, data, law);
  const recipients = recipientsOf(facts, resource);
  const today = civilDateOf(at);
  const notice = changeNoticeOf(law);
  const yields = YIELDING.includes(ground);
  const waits = notice !== null && !yields && recipients.length > 0;
  const earliest = waits ? earliestEffective(today, notice.months) : today;
  ensure(effectiveOn >= earliest, 'resource.change-too-early', { earliest, effectiveOn });
  const yielded = yields && notice !== null ? yieldedRule(notice) : null;
  const [first, more] = [recipients.slice(0, MOST_RECIPIENTS), recipients.slice(MOST_RECIPIENTS)];
  return [
    { type: 'ResourceChangeRequested', data: { ...providerOf(state), change, kind, ground, effectiveOn, earliestEffective: earliest, yielded, entry, reason, recipients: first } }, // prettier-ignore
    ...more.map((recipient): ResourceEvent => ({ type: 'ResourceChangeRecipientAdded', data: { change, recipient } })),
    ...(ground === 'security' && !state.suspended
      ? ([{ type: 'ResourceSupplySuspended', data: { change, reason } }] as const)
      : []),
  ];
};

const pendingIn = (state: InStatus<'published'>, change: string): PendingChange => {
  const { pending } = state;
  ensure(pending?.change === change, 'resource.change-unknown', { change });
  return pending;
};

/** Another share mode unbinds what was mounted in the old one: the entry is to be mounted again (R12.1). */
const remountingOf = ({ mount, mountings }: InStatus<'published'>, entry: CatalogEntry | null): number | null =>
  entry === null || mount === null || mount.mode === entry.shareMode ? null : mountings + 1;

const tookEffect = (state: InStatus<'published'>, { change, kind, entry }: PendingChange, instant: Instant): ResourceEvent => ({
  type: 'ResourceChangeTookEffect',
  data: {
    provider: state.provider,
    change,
    kind,
    instant,
    version: kind === 'update' ? state.version + 1 : state.version,
    entry,
    remounting: remountingOf(state, entry),
  },
});

/**
 * The operator's gate (R9.2): the change takes effect at the later of approval and `effectiveOn`. A returned change has
 * withdrawn its notice; a supply that it suspended stays so until the provider resumes it with a reason.
 */
const reviewChange = (state: InStatus<'published'>, { at, actor, data }: Of<'ReviewChange'>): readonly ResourceEvent[] => {
  const { change, decision, comment } = data;
  const pending = pendingIn(state, change);
  ensure(pending.takesEffectAt === null, 'resource.change-already-approved', { takesEffectAt: pending.takesEffectAt });
  ensure(pending.requestedBy !== actorName(actor), 'resource.author-reviews');
  if (decision === 'return') {
    ensure(comment !== null, 'resource.comment-required');
    return [{ type: 'ResourceChangeReturned', data: { change, comment } }];
  }
  const takesEffectAt = laterOf(at, startOfDay(pending.effectiveOn));
  return [
    { type: 'ResourceChangeApproved', data: { change, comment, takesEffectAt } },
    ...(takesEffectAt <= at ? [tookEffect(state, pending, takesEffectAt)] : []),
  ];
};

const isPending = (state: ResourceState, change: string): state is InStatus<'published'> & { readonly pending: PendingChange } =>
  state.status === 'published' && state.pending?.change === change;

/** The instant came: the system says so. Nothing to do where the change is not pending any more. */
const takeEffect = (state: ResourceState, { at, data: { change, instant } }: Of<'TakeEffect'>): readonly ResourceEvent[] => {
  if (!isPending(state, change)) return [];
  const { takesEffectAt } = state.pending;
  ensure(takesEffectAt === instant && instant <= at, 'resource.change-not-due', { takesEffectAt });
  return [tookEffect(state, state.pending, instant)];
};

/** Those who become users while a change is pending are told too, once (R9.1). */
const addRecipient = (state: ResourceState, { at, data }: Of<'AddChangeRecipient'>): readonly ResourceEvent[] => {
  const { change, recipient, until } = data;
  if (!isPending(state, change) || (until !== null && at >= endOfDay(until))) return [];
  const told = state.pending.recipients.some(({ organization }) => organization === recipient.organization);
  return told ? [] : [{ type: 'ResourceChangeRecipientAdded', data: { change, recipient } }];
};

/** The bodies that were told and for which the actor answers: its own, and those that it has absorbed (R2.1). */
const toldFor = ({ recipients }: PendingChange, actor: Actor): readonly OrganizationId[] => {
  const told = recipients.map(({ organization }) => organization).filter((body) => isAccount(actor) && actsFor(actor, body));
  ensure(told.length > 0, 'resource.change-not-recipient');
  return [...new Set(told)];
};

const acknowledge = (
  state: InStatus<'published'>,
  { actor, data: { change } }: Of<'AcknowledgeChange'>,
): readonly ResourceEvent[] => {
  const pending = pendingIn(state, change);
  return toldFor(pending, actor)
    .filter((organization) => !pending.acknowledgedBy.includes(organization))
    .map((organization) => ({ type: 'ResourceChangeAcknowledged', data: { change, organization } }));
};

const object = (state: InStatus<'published'>, { actor, data }: Of<'ObjectToChange'>): readonly ResourceEvent[] => {
  const { change, reason } = data;
  const pending = pendingIn(state, change);
  const bodies = toldFor(pending, actor).filter((organization) => !pending.objectedBy.includes(organization));
  ensure(bodies.length > 0, 'resource.change-already-objected');
  return bodies.map((organization) => ({ type: 'ResourceChangeObjected', data: { change, organization, reason } }));
};

/** Changes of a published entry and the notice of them (R9.1, R9.2). */
export const decideChange = (command: ChangeCommand, state: ResourceState, facts: Facts): readonly ResourceEvent[] => {
  switch (command.type) {
    case 'TakeEffect':
      return takeEffect(state, command);
    case 'AddChangeRecipient':
      return addRecipient(state, command);
    case 'RequestChange':
      return requestChange(during(state, 'published'), command, facts);
    case 'ReviewChange':
      return reviewChange(during(state, 'published'), command);
    case 'AcknowledgeChange':
      return acknowledge(during(state, 'published'), command);
    case 'ObjectToChange':
      return object(during(state, 'published'), command);
  }
};
