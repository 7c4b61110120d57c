import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { bodiesOf, type AccountActor } from '../../domain/actor.ts';
import { application, relationsToApplication } from '../../domain/application.ts';
import { APPLICATION_STATUSES, type ApplicationState } from '../../domain/application-state.ts';
import { REPLY_OUTCOMES } from '../../domain/events/application.ts';
import { PACK_IDS } from '../../domain/policy-pack.ts';
import { applications, draftFor, type ApplicationDocument } from '../../projections/applications.ts';
import { all, eq } from '../../projections/filter.ts';
import { commandRoutes } from '../command-routes.ts';
import type { HttpDeps } from '../deps.ts';
import { queryRoutes, type Context } from '../query-routes.ts';
import { date, id, idParams, longText, NO_FIELDS, text } from '../schemas.ts';

export const undertaking = z.strictObject({ version: text(40), accepted: z.literal(true) });
export const itemNames = z.array(text(100)).min(1).max(120);

const request = {
  purpose: longText,
  legalDuty: longText,
  systemName: text(200),
  items: itemNames,
  period: z.strictObject({ from: date, to: date }),
  undertaking,
};
/** What a sharing application says; the bench's floor checks the same. */
export const submission = z.strictObject({ resourceId: id, ...request });
const EXAMPLE_REQUEST = {
  purpose: '办理医疗救助时核验低保对象身份',
  legalDuty: '《社会救助暂行办法》第五章',
  systemName: '南昌市医疗救助信息系统',
  items: ['姓名', '保障类别'],
  period: { from: '2026-11-22', to: '2027-11-21' },
  undertaking: { version: '2019-1', accepted: true as const },
};

const rows = z.strictObject({ item: text(100), is: z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte']), value: text(200) });

const own = () => ['own'] as const;
const related = (state: unknown, actor: AccountActor) => relationsToApplication(state as ApplicationState, actor);

const filters = {
  applicant: id.optional(),
  provider: id.optional(),
  operator: id.optional(),
  resource: id.optional(),
  status: z.enum(APPLICATION_STATUSES).optional(),
};

const seenBy = ({ timeline: _, ...doc }: ApplicationDocument, { actor }: Pick<Context, 'actor'>) => ({
  ...doc,
  draft: draftFor(doc, bodiesOf(actor)),
});

const queries = (app: FastifyInstance, deps: HttpDeps): void => {
  const { list, one } = queryRoutes(app, deps);
  const view = { operation: 'read-applications', article: 'R14', projection: applications } as const;
  list<ApplicationDocument, typeof filters>({
    ...view,
    summary: 'Applications, newest first',
    query: filters,
    filter: (query) =>
      all(
        ...Object.entries(query).flatMap(([field, value]) => (field in filters && value !== undefined ? [eq(field, value)] : [])),
      ),
    facets: ['status'],
    item: seenBy,
  });
  one<ApplicationDocument>({
    ...view,
    path: '/applications/{id}',
    summary: 'One application with its legs',
    item: seenBy,
  });
  one<ApplicationDocument>({
    ...view,
    path: '/applications/{id}/timeline',
    summary: 'What happened to an application, and who did it',
    item: ({ id: applicationId, revision, timeline }) => ({ id: applicationId, revision, items: timeline }),
  });
};

/** One sharing application from submission to reply (R13.1–R14.3). */
export const applicationRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  queries(app, deps);
  const command = commandRoutes(app, deps);
  const on = (applicationId: string, type: string, data: unknown) => ({
    decider: application,
    id: applicationId,
    type,
    data,
    relations: related,
  });

  command({
    operation: 'submit-application',
    summary: 'Apply for a conditional resource',
    article: 'R13.2',
    params: NO_FIELDS,
    body: submission,
    example: { resourceId: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11', ...EXAMPLE_REQUEST },
    ifMatch: 'none',
    direct: ({ body: { resourceId, ...rest }, newId }) => ({
      decider: application,
      id: newId,
      type: 'SubmitApplication',
      data: { resource: resourceId, ...rest },
      relations: own,
    }),
  });
  command({
    operation: 'endorse-application',
    summary: "The data chief's endorsement of an application or of a drafted reply",
    article: 'R13.1',
    params: idParams,
    body: z.strictObject({ decision: z.enum(['approve', 'decline']), comment: longText.nullable().default(null) }),
    example: { decision: 'approve', comment: null },
    ifMatch: 'required',
    direct: ({ params, body }) => on(params.id, 'EndorseApplication', body),
  });
  command({
    operation: 'check-formality',
    summary: "The operator's formality check, within 3 working days of receipt",
    article: 'R14.1',
    params: idParams,
    body: z.strictObject({
      outcome: z.enum(['passed', 'returned', 'refused']),
      comment: longText.nullable().default(null),
      defects: z
        .array(z.strictObject({ path: text(200), message: longText }))
        .max(50)
        .default([]),
    }),
    example: { outcome: 'returned', comment: '请补正', defects: [{ path: 'legalDuty', message: '请写明具体条款' }] },
    ifMatch: 'required',
    direct: ({ params, body }) => on(params.id, 'CheckFormality', body),
  });
  command({
    operation: 'supplement-application',
    summary: 'Answer a return: a new receipt with a new clock',
    article: 'R14.1',
    params: idParams,
    body: z.strictObject({ ...request, comment: longText.nullable().default(null) }),
    example: { ...EXAMPLE_REQUEST, comment: '已补充条款' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'SupplementApplication', body),
  });
  command({
    operation: 'withdraw-application',
    summary: 'Withdraw an application that has no reply yet',
    article: 'R14.1',
    params: idParams,
    body: z.strictObject({ reason: longText }),
    example: { reason: '业务已取消' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'WithdrawApplication', body),
  });
  command({
    operation: 'extend-reply',
    summary: "Extend one pack's reply term, where that pack allows it and the authority consents",
    article: 'R14.2',
    params: idParams,
    body: z.strictObject({ pack: z.enum(PACK_IDS), days: z.int().min(1).max(60), consent: text(300), reason: longText }),
    example: { pack: 'sc-809-2025', days: 10, consent: '市大数据局同意延期函〔2026〕8号', reason: '需逐条脱敏' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'ExtendReply', { application: params.id, ...body }),
  });
  command({
    operation: 'reply-to-application',
    summary: "The provider's reply, item by item, within 5 working days of its own receipt",
    article: 'R14.2',
    params: idParams,
    body: z.strictObject({
      outcome: z.enum(REPLY_OUTCOMES),
      items: z
        .array(
          z.strictObject({
            item: text(100),
            granted: z.boolean(),
            rows: rows
              .nullable()
              .default(null)
              .meta({ description: 'Only these rows; none of an entry shared as a file, which is given as a whole' }),
            reason: longText.nullable().default(null),
          }),
        )
        .max(120)
        .nullable()
        .default(null),
      conditions: longText.nullable().default(null),
      reason: longText.nullable().default(null),
    }),
    example: { outcome: 'approved', conditions: '结果保存不超过30天' },
    ifMatch: 'required',
    direct: ({ params, body }) => on(params.id, 'ReplyToApplication', body),
  });
};
