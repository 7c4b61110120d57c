import type { Event } from '../event.ts';
import type { AccountId, OrganizationId } from '../ids.ts';
import type { CivilDate, Instant } from '../time.ts';

export const LEVELS = ['province', 'city', 'county', 'zone'] as const;
export type Level = (typeof LEVELS)[number];
export const ORGANIZATION_KINDS = ['department', 'platform-operator', 'lead-office', 'cyberspace-office', 'public-security', 'auditor', 'public-enterprise'] as const; // prettier-ignore
export type OrganizationKind = (typeof ORGANIZATION_KINDS)[number];
/** What a body does besides its own affairs (requirements §1). */
export const FUNCTIONS = [
  'platform-operator',
  'lead-office',
  'cyberspace-office',
  'public-security',
  'audit',
  'upper-level-platform',
] as const;
export type OrganizationFunction = (typeof FUNCTIONS)[number];

export type OrganizationNames = { readonly name: string; readonly shortName: string | null; readonly aliases: readonly string[] };

export type OrganizationEvent =
  | Event<
      'OrganizationRegistered',
      OrganizationNames & {
        readonly level: Level;
        readonly kind: OrganizationKind;
        /** GB/T 2260 division code, six digits: with the level, the area. */
        readonly divisionCode: string;
        readonly parent: OrganizationId | null;
        readonly functions: readonly OrganizationFunction[];
        /** The one operator of its level and area to which applications go. */
        readonly receivesApplications: boolean;
        /** Unified social credit code (GB 32100), once filed. */
        readonly providerCode: string | null;
        readonly validFrom: CivilDate | null;
      }
    >
  | Event<'OrganizationRenamed', OrganizationNames & { readonly effectiveOn: CivilDate; readonly document: string | null }>
  /** The unified social credit code (GB 32100), filed after the registration or instead of a wrong one. */
  | Event<'ProviderCodeFiled', { readonly providerCode: string }>
  | Event<'DataChiefFiled', { readonly account: AccountId; readonly validFrom: Instant; readonly document: string | null }>
  /** `since`: the instant at which a term ended by the clock. */
  | Event<'DataChiefLeft', { readonly account: AccountId; readonly reason: string; readonly since?: Instant }>
  | Event<
      'OrganizationMerged',
      { readonly into: OrganizationId; readonly effectiveOn: CivilDate; readonly document: string | null }
    >
  /** Written once the merger has effect; it carries what an account of the absorbing body may act for from then on. */
  | Event<
      'OrganizationAbsorbed',
      {
        readonly from: OrganizationId;
        readonly effectiveOn: CivilDate;
        /** The bodies that it had absorbed itself, the duties it had besides its own affairs, and the areas whose seat it held. */
        readonly absorbed: readonly OrganizationId[];
        readonly functions: readonly OrganizationFunction[];
        readonly operates: readonly string[];
      }
    >
  | Event<'OrganizationClosed', { readonly effectiveOn: CivilDate; readonly document: string | null; readonly reason: string }>
  /** Written on the day of a closing that was recorded before it: what the body owed for itself alone ends with it. */
  | Event<'OrganizationClosingTookEffect', { readonly effectiveOn: CivilDate }>;

/** Claim stream `operator-<level>-<division>`: who receives applications there (decision 7). */
export type OperatorSeatEvent = Event<'OperatorSeatClaimed', { readonly organization: OrganizationId; readonly commandId: string }>;
