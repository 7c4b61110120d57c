import type { Role } from './events/account.ts';
import type { DataOperation } from './events/grant.ts';
import type { Relation } from './relation.ts';

/** `role@relation`: the role, standing in that relation to the thing; `any` needs none. `account`: every signed-in account. */
export type Cell = `${Role | 'account' | 'public'}@${Relation | 'any'}`;

export type Permission = {
  readonly route: string;
  /** Which of the eight operations of R24.2 it is, if one. */
  readonly operation: DataOperation | null;
  /** Recorded in the log, before the first byte where it reads (decision 15). Commands are events anyway. */
  readonly recorded: boolean;
  readonly allow: readonly Cell[];
  /** Who could see the thing: decides between 403 and 404. Null: its existence is no secret. */
  readonly seenBy: 'read-accounts' | 'read-resource' | 'read-applications' | 'read-grants' | null;
};

type Row = Omit<Permission, 'route'>;

const reads = (operation: DataOperation | null, allow: readonly Cell[], recorded = false): Row => ({
  operation,
  recorded,
  allow,
  seenBy: null,
});
const acts = (seenBy: Permission['seenBy'], allow: readonly Cell[], operation: DataOperation | null = null): Row => ({
  operation,
  recorded: true,
  allow,
  seenBy,
});

const SUPERVISORS: readonly Cell[] = ['assessor@any', 'lead-officer@any', 'auditor@any'];
const DEPARTMENT_PROVIDES: readonly Cell[] = ['provider-officer@provider', 'data-chief@provider'];
const DEPARTMENT_APPLIES: readonly Cell[] = ['applicant-officer@applicant', 'data-chief@applicant'];

const READS = {
  'read-me': { route: 'GET /me', ...reads(null, ['account@any']) },
  'read-organizations': { route: 'GET /organizations', ...reads(null, ['account@any']) },
  'read-accounts': { route: 'GET /accounts', ...reads(null, ['administrator@any', 'auditor@any', 'account@self']) },
  'read-account': { route: 'GET /accounts/{id}', ...reads('query', ['administrator@any', 'auditor@any', 'account@self'], true) },
  'read-catalog': { route: 'GET /catalog', ...reads('query', ['account@listed']) },
  'read-resource': {
    route: 'GET /resources/{id}',
    ...reads('query', [
      'account@listed',
      'provider-officer@provider',
      'data-chief@provider',
      'operator-officer@operator',
      ...SUPERVISORS,
    ]),
  },
  'read-applications': {
    route: 'GET /applications',
    ...reads('query', [...DEPARTMENT_APPLIES, ...DEPARTMENT_PROVIDES, 'operator-officer@operator', ...SUPERVISORS]),
  },
  'read-grants': {
    route: 'GET /grants',
    ...reads('query', ['applicant-officer@user', 'data-chief@user', ...DEPARTMENT_PROVIDES, 'operator-officer@operator', 'exchange-gateway@operator', ...SUPERVISORS]), // prettier-ignore
  },
  'read-usage': {
    route: 'GET /usage',
    ...reads('query', [
      'applicant-officer@user',
      'data-chief@user',
      ...DEPARTMENT_PROVIDES,
      'operator-officer@operator',
      ...SUPERVISORS,
    ]),
  },
  'read-obligations': {
    route: 'GET /obligations',
    ...reads('query', [
      'applicant-officer@debtor',
      'provider-officer@debtor',
      'operator-officer@debtor',
      'data-chief@debtor',
      ...SUPERVISORS,
    ]),
  },
  'read-violations': {
    route: 'GET /violations',
    ...reads('query', [
      'applicant-officer@debtor',
      'provider-officer@debtor',
      'operator-officer@debtor',
      'data-chief@debtor',
      ...SUPERVISORS,
    ]),
  },
  'read-policies': { route: 'GET /policies', ...reads(null, ['account@any']) },
  'read-calendar': { route: 'GET /calendar', ...reads(null, ['account@any']) },
  'read-working-days': { route: 'GET /working-days', ...reads(null, ['public@any']) },
  'read-events': { route: 'GET /events', ...reads('query', ['auditor@any'], true) },
  'read-grant-data': { route: 'GET /grants/{id}/data', operation: 'download', recorded: true, allow: ['applicant-officer@user', 'data-chief@user'], seenBy: 'read-grants' }, // prettier-ignore
} as const satisfies Readonly<Record<string, Permission>>;

const ACTS = {
  'register-organization': { route: 'POST /organizations', ...acts(null, ['administrator@any']) },
  'rename-organization': { route: 'POST /organizations/{id}/rename', ...acts(null, ['administrator@any']) },
  'file-provider-code': {
    route: 'POST /organizations/{id}/provider-code',
    ...acts(null, ['administrator@any', 'provider-officer@own', 'data-chief@own']),
  },
  'file-data-chief': {
    route: 'POST /organizations/{id}/data-chief',
    ...acts(null, ['administrator@any', 'provider-officer@own', 'data-chief@own']),
  },
  'merge-organization': { route: 'POST /organizations/{id}/merge', ...acts(null, ['administrator@any']) },
  'close-organization': { route: 'POST /organizations/{id}/close', ...acts(null, ['administrator@any']) },
  'register-account': { route: 'POST /accounts', ...acts(null, ['administrator@any']) },
  'propose-roles': { route: 'POST /accounts/{id}/roles', ...acts('read-accounts', ['administrator@any']) },
  'confirm-roles': { route: 'POST /accounts/{id}/roles/confirm', ...acts('read-accounts', ['administrator@any']) },
  'revoke-roles': { route: 'POST /accounts/{id}/roles/revoke', ...acts('read-accounts', ['administrator@any']) },
  'disable-account': { route: 'POST /accounts/{id}/disable', ...acts('read-accounts', ['administrator@any']) },
  'give-delegation': { route: 'POST /accounts/{id}/delegations', ...acts('read-accounts', ['data-chief@own']) },
  'propose-policy': { route: 'POST /policies', ...acts(null, ['lead-officer@any']) },
  'confirm-policy': { route: 'POST /policies/{id}/confirm', ...acts(null, ['lead-officer@any']) },
  'propose-calendar-notice': { route: 'POST /calendar-notices', ...acts(null, ['lead-officer@any']) },
  'confirm-calendar-notice': { route: 'POST /calendar-notices/{id}/confirm', ...acts(null, ['lead-officer@any']) },
  'draft-resource': { route: 'POST /resources', ...acts(null, ['provider-officer@own', 'data-chief@own'], 'collect') },
  'revise-resource': { route: 'POST /resources/{id}/revise', ...acts('read-resource', DEPARTMENT_PROVIDES, 'maintain') },
  'submit-resource': { route: 'POST /resources/{id}/submit', ...acts('read-resource', DEPARTMENT_PROVIDES, 'maintain') },
  'review-in-department': {
    route: 'POST /resources/{id}/department-review',
    ...acts('read-resource', DEPARTMENT_PROVIDES, 'maintain'),
  },
  'review-as-operator': {
    route: 'POST /resources/{id}/operator-review',
    ...acts('read-resource', ['operator-officer@operator'], 'maintain'),
  },
  'request-change': { route: 'POST /resources/{id}/changes', ...acts('read-resource', DEPARTMENT_PROVIDES, 'maintain') },
  'review-change': {
    route: 'POST /resources/{id}/changes/{changeId}/operator-review',
    ...acts('read-resource', ['operator-officer@operator'], 'maintain'),
  },
  'acknowledge-change': {
    route: 'POST /resources/{id}/changes/{changeId}/acknowledge',
    ...acts('read-resource', ['applicant-officer@recipient', 'data-chief@recipient']),
  },
  'object-to-change': {
    route: 'POST /resources/{id}/changes/{changeId}/object',
    ...acts('read-resource', ['applicant-officer@recipient', 'data-chief@recipient']),
  },
  'mount-resource': { route: 'POST /resources/{id}/mount', ...acts('read-resource', DEPARTMENT_PROVIDES, 'collect') },
  'store-content': { route: 'PUT /resources/{id}/content', ...acts('read-resource', DEPARTMENT_PROVIDES, 'collect') },
  'refresh-resource': { route: 'POST /resources/{id}/refreshes', ...acts('read-resource', DEPARTMENT_PROVIDES, 'maintain') },
  'resume-supply': { route: 'POST /resources/{id}/resume-supply', ...acts('read-resource', DEPARTMENT_PROVIDES, 'maintain') },
  'submit-application': { route: 'POST /applications', ...acts(null, ['applicant-officer@own', 'data-chief@own'], 'share') },
  'endorse-application': {
    route: 'POST /applications/{id}/endorsement',
    ...acts('read-applications', [...DEPARTMENT_APPLIES, ...DEPARTMENT_PROVIDES], 'share'),
  },
  'check-formality': {
    route: 'POST /applications/{id}/formality-check',
    ...acts('read-applications', ['operator-officer@operator'], 'share'),
  },
  'supplement-application': {
    route: 'POST /applications/{id}/supplement',
    ...acts('read-applications', DEPARTMENT_APPLIES, 'share'),
  },
  'withdraw-application': { route: 'POST /applications/{id}/withdraw', ...acts('read-applications', DEPARTMENT_APPLIES, 'share') },
  'extend-reply': { route: 'POST /applications/{id}/extension', ...acts('read-applications', DEPARTMENT_PROVIDES, 'share') },
  'reply-to-application': { route: 'POST /applications/{id}/reply', ...acts('read-applications', DEPARTMENT_PROVIDES, 'share') },
  'register-direct-grant': { route: 'POST /grants', ...acts(null, ['applicant-officer@own', 'data-chief@own'], 'share') },
  'suspend-grant': {
    route: 'POST /grants/{id}/suspend',
    ...acts('read-grants', [...DEPARTMENT_PROVIDES, 'operator-officer@operator'], 'share'),
  },
  'resume-grant': {
    route: 'POST /grants/{id}/resume',
    ...acts('read-grants', [...DEPARTMENT_PROVIDES, 'operator-officer@operator'], 'share'),
  },
  'revoke-grant': {
    route: 'POST /grants/{id}/revoke',
    ...acts('read-grants', [...DEPARTMENT_PROVIDES, 'operator-officer@operator'], 'share'),
  },
  'report-accesses': { route: 'POST /accesses', ...acts(null, ['exchange-gateway@own'], 'access') },
} as const satisfies Readonly<Record<string, Permission>>;

/** The one place that says who may do what (R24.1); `docs/permissions.md` is generated from it. */
export const PERMISSIONS = { ...READS, ...ACTS } as const;
export type Operation = keyof typeof PERMISSIONS;
