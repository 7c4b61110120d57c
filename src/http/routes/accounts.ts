import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { account, relationsToAccount } from '../../domain/account.ts';
import type { AccountState } from '../../domain/account-state.ts';
import type { AccountActor } from '../../domain/actor.ts';
import { ACCOUNT_KINDS, ASSURANCE_LEVELS, MATTERS, ROLES } from '../../domain/events/account.ts';
import { asId, type AccountId } from '../../domain/ids.ts';
import { loginClaim } from '../../domain/login.ts';
import { personal } from '../../domain/personal.ts';
import { all, eq } from '../../projections/filter.ts';
import { mandates, type MandateDocument } from '../../projections/mandates.ts';
import { accountView, mandateView } from '../account-view.ts';
import { commandRoutes } from '../command-routes.ts';
import type { HttpDeps } from '../deps.ts';
import { queryRoutes } from '../query-routes.ts';
import { recordRead } from '../recorded-read.ts';
import { id, idParams, instant, longText, NO_FIELDS, text } from '../schemas.ts';

const registration = z.strictObject({
  login: text(100),
  password: z.string().min(12).max(200),
  name: text(100),
  phone: text(30).nullable().default(null),
  organization: id,
  kind: z.enum(ACCOUNT_KINDS).default('person'),
  assurance: z.enum(ASSURANCE_LEVELS),
});
const filters = {
  organization: id.optional(),
  kind: z.enum(ACCOUNT_KINDS).optional(),
  status: z.enum(['active', 'disabled']).optional(),
};
const roles = z.array(z.enum(ROLES)).min(1).max(ROLES.length);

/** Real-name accounts, their roles and mandates (requirements §2, R24.1). */
export const accountRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const command = commandRoutes(app, deps);
  const { list, one } = queryRoutes(app, deps);
  const on = (accountId: string, type: string, data: unknown) => ({
    decider: account,
    id: accountId,
    type,
    data,
    relations: (state: unknown, actor: AccountActor) =>
      relationsToAccount(state as AccountState, asId<AccountId>(accountId), actor),
  });

  command({
    operation: 'register-account',
    summary: 'Register a real-name account',
    article: 'R24.1',
    params: NO_FIELDS,
    body: registration,
    example: {
      login: 'wang.fang',
      password: 'correct horse battery staple',
      name: '王芳',
      organization: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11',
      assurance: 'high',
    },
    ifMatch: 'none',
    direct: ({ body: { login, password, name, phone, ...rest }, newId }) => {
      const accountId = asId<AccountId>(newId);
      const data = {
        ...rest,
        login: personal(login, newId),
        name: personal(name, newId),
        phone: phone === null ? null : personal(phone, newId),
      };
      return {
        ...on(newId, 'RegisterAccount', data),
        claim: () => loginClaim(deps.ids.login(login), accountId),
        prepare: () => deps.setPassword(accountId, password),
      };
    },
  });
  command({
    operation: 'propose-roles',
    summary: 'Give roles; sensitive ones wait for a second administrator',
    article: 'R24.1',
    params: idParams,
    body: z.strictObject({ roles, validFrom: instant.nullable().default(null), validUntil: instant.nullable().default(null) }),
    example: { roles: ['provider-officer', 'applicant-officer'] },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'ProposeRoles', { account: params.id, ...body }),
  });
  command({
    operation: 'confirm-roles',
    summary: "The second administrator's confirmation",
    article: 'R24.1',
    params: idParams,
    body: z.strictObject({ proposal: z.int().min(1) }),
    example: { proposal: 1 },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'ConfirmRoles', { account: params.id, ...body }),
  });
  command({
    operation: 'revoke-roles',
    summary: 'Take roles away',
    article: 'R24.1',
    params: idParams,
    body: z.strictObject({ roles, reason: longText }),
    example: { roles: ['provider-officer'], reason: '岗位调整' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'RevokeRoles', { account: params.id, ...body }),
  });
  command({
    operation: 'disable-account',
    summary: 'Disable an account',
    article: 'R24.1',
    params: idParams,
    body: z.strictObject({ reason: longText }),
    example: { reason: '离职' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'DisableAccount', { account: params.id, ...body }),
  });
  command({
    operation: 'give-delegation',
    summary: "The data chief's delegation to this account, for a time",
    article: 'R13.1',
    params: idParams,
    body: z.strictObject({
      matters: z.array(z.enum(MATTERS)).min(1).max(MATTERS.length),
      validFrom: instant.nullable().default(null),
      validUntil: instant,
    }),
    example: { matters: ['applications', 'replies'], validUntil: '2027-06-30T16:00:00.000Z' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'GiveDelegation', { account: params.id, ...body }),
  });

  list<MandateDocument, typeof filters>({
    operation: 'read-accounts',
    summary: 'Accounts with their roles and mandates; nothing that names a person',
    article: 'R24.1',
    projection: mandates,
    query: filters,
    filter: ({ organization, kind, status }) =>
      all(
        ...(organization === undefined ? [] : [eq('own', organization)]),
        ...(kind === undefined ? [] : [eq('kind', kind)]),
        ...(status === undefined ? [] : [eq('status', status)]),
      ),
    item: mandateView,
  });
  one<MandateDocument>({
    operation: 'read-account',
    summary: 'One account, with the person behind it',
    article: 'R24.1',
    projection: mandates,
    record: async (doc, actor, request) => {
      await recordRead(deps, request, actor, 'read-account', { type: 'RecordPersonalRead', data: { of: doc.id } });
    },
    item: (doc) => accountView(doc, deps.openPersonal),
  });
};
