import { withNamesFrom, type DatedNames } from './dated-names.ts';
import type { Fold } from './decider.ts';
import type { AbandonedEvent } from './events/account.ts';
import type { Level, OrganizationEvent, OrganizationFunction, OrganizationKind } from './events/organization.ts';
import type { AccountId, OrganizationId } from './ids.ts';
import { areaOf } from './operator-seat.ts';
import { civilDateOf, type CivilDate, type Instant } from './time.ts';

export type KnownOrganization = {
  /** By the day from which each is borne, oldest first (R2.1). */
  readonly names: readonly DatedNames[];
  readonly status: 'open' | 'merged' | 'closed';
  readonly level: Level;
  readonly kind: OrganizationKind;
  readonly divisionCode: string;
  readonly parent: OrganizationId | null;
  /** Its own and those of the bodies that it has absorbed. */
  readonly functions: readonly OrganizationFunction[];
  /**
   * Areas whose operator's seat it holds: its own where it receives applications, and those of the holders that it has absorbed.
   * A platform operator without a seat operates none (requirements §1).
   */
  readonly operates: readonly string[];
  readonly providerCode: string | null;
  readonly dataChief: { readonly account: AccountId; readonly since: Instant } | null;
  readonly mergedInto: OrganizationId | null;
  /** Every body that it stands for since a merger, also those that they had absorbed (R2.1). */
  readonly absorbed: readonly OrganizationId[];
  /** The day on which it is no more, merged or closed; it may have been recorded before. */
  readonly endedOn: CivilDate | null;
  /** Whether its stream tells that the day of its closing has come. */
  readonly closingTold: boolean;
};
export type OrganizationState = { readonly status: 'none' } | { readonly status: 'abandoned' } | KnownOrganization;

/** Whether the body must have a data chief filed (R27.1): enterprises and platforms outside the city have none. */
export const needsDataChief = ({ kind, functions }: Pick<KnownOrganization, 'kind' | 'functions'>): boolean =>
  kind !== 'public-enterprise' && !functions.includes('upper-level-platform');

/** Whether the body exists at an instant: a merger or closing that is recorded ends it on its day (decision 9). */
export const existsAt = (state: OrganizationState, at: Instant): state is KnownOrganization =>
  'level' in state && (state.endedOn === null || civilDateOf(at) < state.endedOn);

type Later = Exclude<OrganizationEvent, { type: 'OrganizationRegistered' }>;

/** What the merged body stood for, did and operated is the absorbing body's affair from then on (R2.1). */
const absorb = (
  state: KnownOrganization,
  { from, absorbed, functions, operates }: Extract<Later, { type: 'OrganizationAbsorbed' }>['data'],
): KnownOrganization => ({
  ...state,
  absorbed: [...new Set([...state.absorbed, from, ...absorbed])],
  functions: [...new Set([...state.functions, ...functions])],
  operates: [...new Set([...state.operates, ...operates])],
});

const evolveKnown = (state: KnownOrganization, event: Later): KnownOrganization => {
  switch (event.type) {
    case 'OrganizationRenamed':
      return { ...state, names: withNamesFrom(state.names, event.data, event.data.effectiveOn) };
    case 'ProviderCodeFiled':
      return { ...state, providerCode: event.data.providerCode };
    case 'DataChiefFiled':
      return { ...state, dataChief: { account: event.data.account, since: event.data.validFrom } };
    case 'DataChiefLeft':
      return { ...state, dataChief: null };
    case 'OrganizationMerged':
      return { ...state, status: 'merged', mergedInto: event.data.into, endedOn: event.data.effectiveOn };
    case 'OrganizationAbsorbed':
      return absorb(state, event.data);
    case 'OrganizationClosed':
      return { ...state, status: 'closed', endedOn: event.data.effectiveOn };
    case 'OrganizationClosingTookEffect':
      return { ...state, closingTold: true };
  }
};

/** The fold of stream `organization-<id>`. */
export const organizationFold: Fold<OrganizationState, OrganizationEvent | AbandonedEvent> = {
  category: 'organization',
  initialState: () => ({ status: 'none' }),
  evolve: (state, event) => {
    if (event.type === 'CreationAbandoned') return { status: 'abandoned' };
    if (event.type === 'OrganizationRegistered') {
      const { level, kind, divisionCode, parent, functions, providerCode, validFrom } = event.data;
      const names = withNamesFrom([], event.data, validFrom ?? civilDateOf(event.at));
      const operates = event.data.receivesApplications ? [areaOf(event.data)] : [];
      const fresh = { operates, providerCode, dataChief: null, mergedInto: null, absorbed: [], endedOn: null, closingTold: false };
      return { status: 'open', names, level, kind, divisionCode, parent, functions, ...fresh };
    }
    return 'level' in state ? evolveKnown(state, event) : state;
  },
};
