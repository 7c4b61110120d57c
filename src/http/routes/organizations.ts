import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AccountActor } from '../../domain/actor.ts';
import { FUNCTIONS, LEVELS, ORGANIZATION_KINDS } from '../../domain/events/organization.ts';
import { asId, type OrganizationId } from '../../domain/ids.ts';
import { civilDateOf } from '../../domain/time.ts';
import { operatorSeatClaim } from '../../domain/operator-seat.ts';
import { organization, relationsToOrganization } from '../../domain/organization.ts';
import { all, eq } from '../../projections/filter.ts';
import { organizationInForce } from '../../projections/in-force.ts';
import {
  findingsOn,
  namesOn,
  organizations,
  statusFilter,
  statusOn,
  type OrganizationDocument,
} from '../../projections/organizations.ts';
import { commandRoutes } from '../command-routes.ts';
import type { HttpDeps } from '../deps.ts';
import { queryRoutes, type Context } from '../query-routes.ts';
import { date, id, idParams, longText, NO_FIELDS, text } from '../schemas.ts';

const names = {
  name: text(100),
  shortName: text(50).nullable().default(null),
  aliases: z.array(text(50)).max(20).default([]),
};
const registration = z.strictObject({
  ...names,
  level: z.enum(LEVELS),
  kind: z.enum(ORGANIZATION_KINDS),
  divisionCode: z.string().regex(/^\d{6}$/),
  parent: id.nullable().default(null),
  functions: z.array(z.enum(FUNCTIONS)).max(FUNCTIONS.length).default([]),
  receivesApplications: z.boolean().default(false),
  providerCode: text(18).nullable().default(null),
  validFrom: date.nullable().default(null),
});
const document = text(200).nullable().default(null);

/** Organizations: a tree with levels and functions, whose history is kept (R2.1), and their data chiefs (R27.1). */
export const organizationRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const command = commandRoutes(app, deps);
  const { list, one } = queryRoutes(app, deps);
  const on = (organizationId: string, type: string, data: unknown) => ({
    decider: organization,
    id: organizationId,
    type,
    data,
    relations: (_state: unknown, actor: AccountActor) => relationsToOrganization(asId<OrganizationId>(organizationId), actor),
  });

  command({
    operation: 'register-organization',
    summary: 'Register an organization',
    article: 'R2.1',
    params: NO_FIELDS,
    body: registration,
    example: {
      name: '南昌市民政局',
      shortName: '市民政局',
      level: 'city',
      kind: 'department',
      divisionCode: '360100',
    },
    ifMatch: 'none',
    direct: ({ body, newId }) => ({
      ...on(newId, 'RegisterOrganization', body),
      claim: () => operatorSeatClaim(body, newId),
    }),
  });
  command({
    operation: 'rename-organization',
    summary: 'Rename an organization; what happened before keeps the old name',
    article: 'R2.1',
    params: idParams,
    body: z.strictObject({ ...names, effectiveOn: date, document }),
    example: { name: '南昌市数据局', effectiveOn: '2026-12-01', document: '洪编发〔2026〕3号' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'RenameOrganization', body),
  });
  command({
    operation: 'file-provider-code',
    summary: 'File the unified social credit code; the finding on the organization and its entries is closed',
    article: 'R7.1',
    params: idParams,
    body: z.strictObject({ providerCode: text(18) }),
    example: { providerCode: '91350100M000100Y43' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'FileProviderCode', body),
  });
  command({
    operation: 'file-data-chief',
    summary: 'File the data chief, or that the present one left (`account: null`)',
    article: 'R27.1',
    params: idParams,
    body: z.strictObject({ account: id.nullable(), document, reason: text(300).nullable().default(null) }),
    example: { account: '9a531b7e-8c1d-5e0f-b4a2-1f0e5c553f0e', document: '洪民函〔2026〕12号' },
    ifMatch: 'optional',
    direct: ({ params, body: { account, document: paper, reason } }) =>
      account === null
        ? on(params.id, 'RecordDataChiefLeft', { reason: reason ?? '' })
        : on(params.id, 'FileDataChief', { organization: params.id, account, document: paper }),
  });
  command({
    operation: 'merge-organization',
    summary: 'Merge into another organization',
    article: 'R2.1',
    params: idParams,
    body: z.strictObject({ into: id, effectiveOn: date, document }),
    example: { into: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11', effectiveOn: '2026-12-01', document: '赣府字〔2019〕66号' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'MergeOrganization', { organization: params.id, ...body }),
  });
  command({
    operation: 'close-organization',
    summary: 'Close an organization',
    article: 'R2.1',
    params: idParams,
    body: z.strictObject({ effectiveOn: date, document, reason: longText }),
    example: { effectiveOn: '2026-12-01', reason: '机构撤销' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'CloseOrganization', { organization: params.id, ...body }),
  });

  const view = {
    operation: 'read-organizations',
    article: 'R2.1',
    projection: organizations,
    inForce: organizationInForce,
    item: (doc: OrganizationDocument, { when }: Pick<Context, 'when'>) => {
      const today = civilDateOf(when.clock);
      return { ...doc, ...namesOn(doc, today), status: statusOn(doc, today), findings: findingsOn(doc, today) };
    },
  } as const;
  list({
    ...view,
    summary: 'Organizations',
    query: {
      level: z.enum(LEVELS).optional(),
      kind: z.enum(ORGANIZATION_KINDS).optional(),
      parent: id.optional(),
      status: z.enum(['open', 'merged', 'closed']).optional(),
      name: text(100).optional(),
    },
    filter: ({ level, kind, parent, status, name }, when) =>
      all(
        ...(level === undefined ? [] : [eq('level', level)]),
        ...(kind === undefined ? [] : [eq('kind', kind)]),
        ...(parent === undefined ? [] : [eq('parent', parent)]),
        ...(status === undefined ? [] : [statusFilter(status, civilDateOf(when.clock))]),
        ...(name === undefined ? [] : [eq('name', name)]),
      ),
  });
  one({ ...view, path: '/organizations/{id}', summary: 'One organization, with its names over time' });
};
