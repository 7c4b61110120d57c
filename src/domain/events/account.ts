import type { Event } from '../event.ts';
import type { AccountId, OrganizationId } from '../ids.ts';
import type { Personal } from '../personal.ts';
import type { Instant } from '../time.ts';

export const ROLES = ['applicant-officer', 'data-chief', 'operator-officer', 'provider-officer', 'lead-officer', 'assessor', 'auditor', 'administrator', 'exchange-gateway'] as const; // prettier-ignore
export type Role = (typeof ROLES)[number];
/** Roles that need a second administrator (requirements §2). */
export const SENSITIVE_ROLES: readonly Role[] = ['data-chief', 'assessor', 'auditor', 'administrator'];
/** How surely the person is known (R24.1); data access needs `high`. */
export const ASSURANCE_LEVELS = ['basic', 'substantial', 'high'] as const;
export type Assurance = (typeof ASSURANCE_LEVELS)[number];
export const ACCOUNT_KINDS = ['person', 'gateway'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];
/** What a data chief may delegate (R13.1). */
export const MATTERS = ['applications', 'replies', 'department-review'] as const;
export type Matter = (typeof MATTERS)[number];

export type AccountEvent =
  | Event<
      'AccountRegistered',
      {
        readonly kind: AccountKind;
        readonly login: Personal;
        readonly name: Personal;
        readonly phone: Personal | null;
        readonly organization: OrganizationId;
        readonly assurance: Assurance;
      }
    >
  | Event<
      'RolesProposed',
      {
        readonly proposal: number;
        readonly roles: readonly Role[];
        readonly validFrom: Instant;
        readonly validUntil: Instant | null;
      }
    >
  | Event<
      'RolesGranted',
      {
        readonly proposal: number | null;
        readonly roles: readonly Role[];
        readonly validFrom: Instant;
        readonly validUntil: Instant | null;
      }
    >
  | Event<'RolesRevoked', { readonly organization: OrganizationId; readonly roles: readonly Role[]; readonly reason: string }>
  | Event<
      'DelegationGiven',
      {
        readonly by: AccountId;
        readonly organization: OrganizationId;
        readonly matters: readonly Matter[];
        readonly validFrom: Instant;
        readonly validUntil: Instant;
      }
    >
  | Event<'AccountDisabled', { readonly organization: OrganizationId; readonly reason: string }>;

/** Claim stream `login-<HMAC of the login>`; `CreationAbandoned` closes a stream whose creation lost its claim (decision 7). */
export type LoginEvent = Event<'LoginClaimed', { readonly account: AccountId; readonly commandId: string }>;
export type AbandonedEvent = Event<'CreationAbandoned', { readonly claim: string; readonly commandId: string }>;
