import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { access } from '../../domain/access.ts';
import type { AccountActor } from '../../domain/actor.ts';
import { ACCESS_OUTCOMES, DATA_OPERATIONS } from '../../domain/events/grant.ts';
import { grant, grantStateAt, relationsToGrant, type GrantState } from '../../domain/grant.ts';
import { personal } from '../../domain/personal.ts';
import { all, eq } from '../../projections/filter.ts';
import { grants, type GrantDocument } from '../../projections/grants.ts';
import { usage, type UsageDocument } from '../../projections/usage.ts';
import { commandRoutes } from '../command-routes.ts';
import type { HttpDeps } from '../deps.ts';
import { queryRoutes } from '../query-routes.ts';
import { id, idParams, instant, longText, NO_FIELDS, text } from '../schemas.ts';
import { itemNames, undertaking } from './applications.ts';
import { grantDataRoute } from './grant-data.ts';

const own = () => ['own'] as const;
const related = (state: unknown, actor: AccountActor) => relationsToGrant(state as GrantState, actor);

const record = z.strictObject({
  grantId: id,
  operation: z.enum(DATA_OPERATIONS),
  items: z.array(text(100)).max(120).default([]),
  count: z.int().min(0).max(1_000_000_000),
  outcome: z.enum(ACCESS_OUTCOMES),
  person: text(100).nullable().default(null),
  system: text(200).nullable().default(null),
  occurredAt: instant,
});

const filters = { user: id.optional(), provider: id.optional(), resource: id.optional() };
const chosen = (query: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  all(...names.flatMap((name) => (typeof query[name] === 'string' ? [eq(name, query[name])] : [])));

const statusOf = (doc: GrantDocument): 'issued' | 'suspended' | 'revoked' => {
  if (doc.revoked !== null) return 'revoked';
  return doc.suspended === null ? 'issued' : 'suspended';
};

/** Rights to use data, their use, and what gateways report of it (R11.2, R14.3, R24.2). */
export const grantRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const command = commandRoutes(app, deps);
  const { list, one } = queryRoutes(app, deps);

  command({
    operation: 'register-direct-grant',
    summary: 'Direct access to an unconditional resource: at once, without application',
    article: 'R11.2',
    params: NO_FIELDS,
    body: z.strictObject({ resourceId: id, purpose: longText, systemName: text(200), items: itemNames, undertaking }),
    example: {
      resourceId: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11',
      purpose: '企业信用核查',
      systemName: '一体化审批平台',
      items: ['统一社会信用代码', '企业名称'],
      undertaking: { version: '2019-1', accepted: true },
    },
    ifMatch: 'none',
    direct: ({ body: { resourceId, ...rest }, newId }) => ({
      decider: grant,
      id: newId,
      type: 'RegisterDirectGrant',
      data: { resource: resourceId, ...rest },
      relations: own,
    }),
  });
  const acts = [
    ['suspend-grant', 'SuspendGrant', 'Suspend a grant'],
    ['resume-grant', 'ResumeGrant', 'Resume a suspended grant'],
    ['revoke-grant', 'RevokeGrant', 'Revoke a grant for good'],
  ] as const;
  for (const [operation, type, summary] of acts)
    command({
      operation,
      summary,
      article: 'R14.3',
      params: idParams,
      body: z.strictObject({ reason: longText }),
      example: { reason: '超出答复意见使用' },
      ifMatch: 'optional',
      direct: ({ params, body }) => ({ decider: grant, id: params.id, type, data: body, relations: related }),
    });
  command({
    operation: 'report-accesses',
    summary: 'Accesses on the exchange, as its gateway reports them',
    article: 'R24.2',
    params: NO_FIELDS,
    body: z.strictObject({ records: z.array(record).min(1).max(1_000) }),
    example: {
      records: [
        {
          grantId: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11',
          operation: 'query',
          items: ['姓名'],
          count: 12,
          outcome: 'completed',
          system: '一体化审批平台',
          occurredAt: '2026-11-22T08:00:00.000Z',
        },
      ],
    },
    ifMatch: 'none',
    direct: ({ body, commandId }) => ({
      decider: access,
      id: commandId,
      type: 'ReportAccesses',
      data: {
        records: body.records.map(({ grantId, person, ...rest }) => ({
          grant: grantId,
          ...rest,
          // A person behind the exchange has no account here: the name itself, keyed, says whose key seals it (decision 16).
          person: person === null ? null : personal(person, deps.ids.thing(deps.ids.login(person))),
        })),
      },
      relations: own,
    }),
  });

  const view = {
    operation: 'read-grants',
    article: 'R14.3',
    projection: grants,
    item: (doc: GrantDocument, { when }: { when: { clock: string } }) => ({
      ...doc,
      state: grantStateAt({ ...doc, status: statusOf(doc) }, when.clock),
    }),
  } as const;
  list<GrantDocument, typeof filters>({
    ...view,
    summary: 'Grants, newest first',
    query: filters,
    filter: (query) => chosen(query, Object.keys(filters)),
  });
  one<GrantDocument>({ ...view, path: '/grants/{id}', summary: 'One grant' });
  list<UsageDocument, typeof usageQuery>({
    operation: 'read-usage',
    summary: 'Use of shared data by grant, month and operation',
    article: 'R24.4',
    projection: usage,
    query: usageQuery,
    filter: ({ organization, side, period }) =>
      all(...(organization === undefined ? [] : [eq(side, organization)]), ...(period === undefined ? [] : [eq('month', period)])),
    facets: ['operation'],
    item: (doc) => doc,
  });
  grantDataRoute(app, deps);
};

const usageQuery = {
  organization: id.optional(),
  side: z.enum(['provider', 'user']).default('user'),
  period: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/)
    .optional()
    .meta({ description: 'A month', example: '2026-11' }),
};
