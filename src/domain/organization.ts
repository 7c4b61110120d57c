import { accountFold, rolesAt } from './account-state.ts';
import { actsFor, isAccount, type AccountActor } from './actor.ts';
import { canonicalJson } from './canonical-json.ts';
import { lastNamesOn, namesOf } from './dated-names.ts';
import { setFact, streamFact, type Command, type Decider, type Facts } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { AbandonedEvent } from './events/account.ts';
import type { Level, OrganizationEvent, OrganizationFunction, OrganizationKind, OrganizationNames } from './events/organization.ts';
import type { AccountId, OrganizationId } from './ids.ts';
import { operatorSeat } from './operator-seat.ts';
import { existsAt, organizationFold, type KnownOrganization, type OrganizationState } from './organization-state.ts';
import { isProviderCode } from './provider-code.ts';
import type { Relation } from './relation.ts';
import { startOfDay, type CivilDate, type Instant } from './time.ts';

type Registration = OrganizationNames & {
  readonly level: Level;
  readonly kind: OrganizationKind;
  readonly divisionCode: string;
  readonly parent: OrganizationId | null;
  readonly functions: readonly OrganizationFunction[];
  readonly receivesApplications: boolean;
  readonly providerCode: string | null;
  readonly validFrom: CivilDate | null;
};
type Dated = { readonly effectiveOn: CivilDate; readonly document: string | null };

export type OrganizationCommand =
  | Command<'RegisterOrganization', Registration>
  | Command<'RenameOrganization', OrganizationNames & Dated>
  | Command<'FileProviderCode', { readonly providerCode: string }>
  | Command<
      'FileDataChief',
      { readonly organization: OrganizationId; readonly account: AccountId; readonly document: string | null }
    >
  | Command<'RecordDataChiefLeft', { readonly reason: string }>
  /** The account may be data chief no more since an instant: if it was the filed one then, it has left. */
  | Command<'RecordMandateLost', { readonly account: AccountId; readonly since: Instant; readonly reason: string }>
  /** The same by the clock: the term of the role has ended at that instant. */
  | Command<'RecordTermEnded', { readonly account: AccountId; readonly since: Instant }>
  | Command<'MergeOrganization', Dated & { readonly organization: OrganizationId; readonly into: OrganizationId }>
  | Command<'AbsorbOrganization', { readonly from: OrganizationId }>
  | Command<'CloseOrganization', Dated & { readonly organization: OrganizationId; readonly reason: string }>
  | Command<'TakeClosingEffect', Readonly<Record<string, never>>>;
type Of<T extends OrganizationCommand['type']> = Extract<OrganizationCommand, { type: T }>;

/** Upper levels first. A zone stands beside the counties. */
const RANK: Readonly<Record<Level, number>> = { province: 0, city: 1, county: 2, zone: 2 };

/** The body while it exists: one that is to end on a later day sees to its own affairs until then (R2.1, R27.1). */
const existing = (state: OrganizationState, at: Instant): KnownOrganization => {
  ensure('level' in state, 'organization.abandoned');
  ensure(existsAt(state, at), 'organization.closed', { status: state.status });
  return state;
};

/** The body to which no end is set: it ends once. */
const lasting = (state: OrganizationState): KnownOrganization => {
  ensure('level' in state, 'organization.abandoned');
  ensure(state.status === 'open', 'organization.closed', { status: state.status });
  return state;
};

const register = (
  state: OrganizationState,
  { at, data }: Of<'RegisterOrganization'>,
  facts: Facts,
): readonly OrganizationEvent[] => {
  ensure(state.status === 'none', 'organization.exists');
  const { parent, level, functions, receivesApplications, providerCode } = data;
  if (parent !== null) {
    const above = facts.state(organizationFold, parent);
    ensure(existsAt(above, at), 'organization.no-such-parent', { parent });
    ensure(RANK[above.level] <= RANK[level], 'organization.level-above-parent', { level, parent: above.level });
  }
  ensure(!receivesApplications || functions.includes('platform-operator'), 'organization.not-an-operator');
  ensure(providerCode === null || isProviderCode(providerCode), 'organization.provider-code-invalid');
  return [{ type: 'OrganizationRegistered', data }];
};

/** Whoever holds the role may be filed, but not by themselves: a second holder would put the sitting chief aside (requirements §2). */
const fileChief = (
  state: OrganizationState,
  { actor, at, data }: Of<'FileDataChief'>,
  facts: Facts,
): readonly OrganizationEvent[] => {
  const { dataChief } = existing(state, at);
  const { organization: own, account, document } = data;
  if (dataChief?.account === account) return [];
  ensure(!isAccount(actor) || actor.account !== account, 'organization.files-oneself');
  const person = facts.state(accountFold, account);
  ensure('kind' in person && person.status === 'active' && person.organization === own, 'organization.chief-not-of-it', {
    account,
  });
  ensure(rolesAt(person, at).includes('data-chief'), 'organization.chief-without-role', { account });
  // No mandate begins before it was recorded (requirements §2).
  const filed: OrganizationEvent = { type: 'DataChiefFiled', data: { account, validFrom: at, document } };
  return dataChief === null
    ? [filed]
    : [{ type: 'DataChiefLeft', data: { account: dataChief.account, reason: 'succeeded' } }, filed];
};

/** One filed after the loss holds a mandate of their own; a body that is no more has no chief to lose. */
const lostMandate = (state: OrganizationState, { at, data }: Of<'RecordMandateLost'>): readonly OrganizationEvent[] => {
  if (!existsAt(state, at)) return [];
  const { account, since, reason } = data;
  if (state.dataChief?.account !== account || state.dataChief.since > since) return [];
  return [{ type: 'DataChiefLeft', data: { account, reason } }];
};

/**
 * Nothing to do for one whose role was prolonged meanwhile or who left before, or in a body that was no more by then. One that
 * ended since owed a chief until its own day, though that instant was missed.
 */
const endedTerm = (
  state: OrganizationState,
  { at, data: { account, since } }: Of<'RecordTermEnded'>,
  facts: Facts,
): readonly OrganizationEvent[] => {
  if (!existsAt(state, since) || state.dataChief?.account !== account || since > at) return [];
  const person = facts.state(accountFold, account);
  if ('kind' in person && rolesAt(person, at).includes('data-chief')) return [];
  return [{ type: 'DataChiefLeft', data: { account, reason: 'term-ended', since } }];
};

const merge = (state: OrganizationState, { data }: Of<'MergeOrganization'>, facts: Facts): readonly OrganizationEvent[] => {
  if (state.status === 'merged' && state.mergedInto === data.into) return [];
  lasting(state);
  const { organization: own, into, effectiveOn, document } = data;
  ensure(into !== own, 'organization.merge-into-itself');
  ensure(facts.state(organizationFold, into).status === 'open', 'organization.no-such-target', { into });
  return [{ type: 'OrganizationMerged', data: { into, effectiveOn, document } }];
};

/**
 * Takes on what the merged body stood for, on the day of the merger and not before: until then that body sees to its own
 * affairs. A body that ends later itself still takes on, and passes all of it on then; also where both days were missed and
 * are made up for one after the other (decision 8), when its own is over.
 */
const absorb = (
  state: OrganizationState,
  { at, data: { from } }: Of<'AbsorbOrganization'>,
  facts: Facts,
): readonly OrganizationEvent[] => {
  ensure('level' in state, 'organization.abandoned');
  const gone = facts.state(organizationFold, from);
  if (!('level' in gone) || gone.endedOn === null || existsAt(gone, at) || state.absorbed.includes(from)) return [];
  const { endedOn: effectiveOn, absorbed, functions, operates } = gone;
  existing(state, startOfDay(effectiveOn));
  return [{ type: 'OrganizationAbsorbed', data: { from, effectiveOn, absorbed, functions, operates } }];
};

/** The body and those for which it stands: a merger into any of them leads to it. */
const standsFor = (own: OrganizationId, state: OrganizationState): readonly OrganizationId[] => [
  own,
  ...('level' in state ? state.absorbed : []),
];

/**
 * Exactly one operator of every level and area receives applications (requirements §1). One that does is merged into its
 * successor, which takes on its seat and what is open with it; to close it would leave both with nobody. Neither is closed
 * whom a merger that was announced leads to: on its day nobody would be there to take on.
 */
const close = (state: OrganizationState, { data }: Of<'CloseOrganization'>, facts: Facts): readonly OrganizationEvent[] => {
  if (state.status === 'closed') return [];
  const { operates } = lasting(state);
  const { organization: own, effectiveOn, document, reason } = data;
  const area = operates.find((one) => facts.state(operatorSeat, one).holder === own);
  ensure(area === undefined, 'organization.holds-operator-seat', { area });
  const [awaited] = standsFor(own, state).flatMap((body) => facts.members('announced-mergers', body));
  ensure(awaited === undefined, 'organization.awaits-merger', { from: awaited?.organization });
  return [{ type: 'OrganizationClosed', data: { effectiveOn, document, reason } }];
};

/** The day of a closing came: the system says so, once. */
const takeClosingEffect = (state: OrganizationState, at: Instant): readonly OrganizationEvent[] => {
  if (!('level' in state) || state.status !== 'closed' || state.closingTold) return [];
  const { endedOn: effectiveOn } = state;
  return effectiveOn === null || existsAt(state, at) ? [] : [{ type: 'OrganizationClosingTookEffect', data: { effectiveOn } }];
};

const same = (one: OrganizationNames, other: OrganizationNames): boolean =>
  canonicalJson(namesOf(one)) === canonicalJson(namesOf(other));

const decide = (command: OrganizationCommand, state: OrganizationState, facts: Facts): readonly OrganizationEvent[] => {
  switch (command.type) {
    case 'RegisterOrganization':
      return register(state, command, facts);
    case 'RenameOrganization': {
      const { at, data } = command;
      const borne = lastNamesOn(existing(state, at).names, data.effectiveOn);
      return borne !== undefined && same(borne, data) ? [] : [{ type: 'OrganizationRenamed', data }];
    }
    case 'FileProviderCode': {
      const { providerCode } = command.data;
      if (existing(state, command.at).providerCode === providerCode) return [];
      ensure(isProviderCode(providerCode), 'organization.provider-code-invalid');
      return [{ type: 'ProviderCodeFiled', data: { providerCode } }];
    }
    case 'FileDataChief':
      return fileChief(state, command, facts);
    case 'RecordDataChiefLeft': {
      const { dataChief } = existing(state, command.at);
      return dataChief === null ? [] : [{ type: 'DataChiefLeft', data: { account: dataChief.account, ...command.data } }];
    }
    case 'RecordMandateLost':
      return lostMandate(state, command);
    case 'RecordTermEnded':
      return endedTerm(state, command, facts);
    case 'MergeOrganization':
      return merge(state, command, facts);
    case 'AbsorbOrganization':
      return absorb(state, command, facts);
    case 'CloseOrganization':
      return close(state, command, facts);
    case 'TakeClosingEffect':
      return takeClosingEffect(state, command.at);
  }
};

/** An organization from its registration to its closing (R2.1), and who its data chief is (R27.1). Stream `organization-<id>`. */
export const organization: Decider<OrganizationState, OrganizationCommand, OrganizationEvent | AbandonedEvent> = {
  ...organizationFold,
  reads: (command, state) => {
    switch (command.type) {
      case 'RegisterOrganization':
        return command.data.parent === null ? [] : [streamFact(organizationFold, command.data.parent)];
      case 'FileDataChief':
      case 'RecordTermEnded':
        return [streamFact(accountFold, command.data.account)];
      case 'MergeOrganization':
        return [streamFact(organizationFold, command.data.into)];
      case 'AbsorbOrganization':
        return [streamFact(organizationFold, command.data.from)];
      case 'CloseOrganization':
        return [
          ...('level' in state ? state.operates.map((area) => streamFact(operatorSeat, area)) : []),
          ...standsFor(command.data.organization, state).map((body) => setFact('announced-mergers', body)),
        ];
      default:
        return [];
    }
  },
  decide,
};

/** How an actor stands to an organization (permission table). */
export const relationsToOrganization = (id: OrganizationId, actor: AccountActor): readonly Relation[] =>
  actsFor(actor, id) ? ['own'] : [];
