import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CHANGE_GROUNDS, CHANGE_KINDS } from '../../domain/events/resource.ts';
import { relationsToResource, resource } from '../../domain/resource.ts';
import { resourceCodeClaim } from '../../domain/resource-code.ts';
import type { ResourceState } from '../../domain/resource-state.ts';
import type { AccountActor } from '../../domain/actor.ts';
import { commandRoutes } from '../command-routes.ts';
import type { HttpDeps } from '../deps.ts';
import { entryBody, entryPatch, EXAMPLE_ENTRY } from '../entry-schema.ts';
import { date, decision, id, idParams, instant, longText, NO_FIELDS, text } from '../schemas.ts';

const review = z.strictObject({ decision, comment: longText.nullable().default(null) });
const changeParams = z.strictObject({ id, changeId: id });

/** It becomes a header of the answer: RFC 9110 §8.3, without parameters. */
const mediaType = z
  .string()
  .max(100, { abort: true })
  .regex(/^[A-Za-z0-9][\w!#$&^.+-]*\/[A-Za-z0-9][\w!#$&^.+-]*$/, 'media-type-malformed')
  .meta({ example: 'text/csv' });

const mount = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('table'), table: text(100) }),
  z.strictObject({ mode: z.literal('file'), fileName: text(200), mediaType }),
  z.strictObject({
    mode: z.literal('api'),
    address: text(500),
    method: z.enum(['GET', 'POST']),
    description: longText,
    example: longText.nullable().default(null),
  }),
]);

const own = () => ['own'] as const;
const related = (state: unknown, actor: AccountActor) => relationsToResource(state as ResourceState, actor);

/** Compiling, reviewing, publishing, changing, mounting and refreshing a catalog entry (R7.2, R9, R12.1, R26.1). */
export const resourceRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const command = commandRoutes(app, deps);
  const on = (resourceId: string, type: string, data: unknown) => ({
    decider: resource,
    id: resourceId,
    type,
    data,
    relations: related,
  });

  command({
    operation: 'draft-resource',
    summary: 'Draft a catalog entry',
    article: 'R7.1',
    params: NO_FIELDS,
    body: entryBody,
    example: EXAMPLE_ENTRY,
    ifMatch: 'none',
    direct: ({ body, newId }) => ({ decider: resource, id: newId, type: 'DraftResource', data: { entry: body }, relations: own }),
  });
  command({
    operation: 'revise-resource',
    summary: 'Revise a draft or a returned entry',
    article: 'R7.2',
    params: idParams,
    body: entryBody,
    example: EXAMPLE_ENTRY,
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'ReviseResource', { entry: body }),
  });
  command({
    operation: 'submit-resource',
    summary: 'Submit an entry for review; the first submission draws its code',
    article: 'R7.2',
    params: idParams,
    body: NO_FIELDS,
    example: {},
    ifMatch: 'optional',
    direct: ({ params }) => ({
      ...on(params.id, 'SubmitResource', { code: null }),
      claim: (state) => resourceCodeClaim(state as ResourceState, params.id),
    }),
  });
  command({
    operation: 'review-in-department',
    summary: "The data chief's review",
    article: 'R7.2',
    params: idParams,
    body: review,
    example: { decision: 'return', comment: '请补充信息项的数据类型' },
    ifMatch: 'required',
    direct: ({ params, body }) => on(params.id, 'DepartmentReview', body),
  });
  command({
    operation: 'review-as-operator',
    summary: "The operator's review; approval publishes",
    article: 'R7.2',
    params: idParams,
    body: review,
    example: { decision: 'approve', comment: null },
    ifMatch: 'required',
    direct: ({ params, body }) => on(params.id, 'OperatorReview', body),
  });
  changes(app, deps);
  command({
    operation: 'mount-resource',
    summary: 'Bind real data to a published entry',
    article: 'R12.1',
    params: idParams,
    body: mount,
    example: { mode: 'table', table: 'dibao_duixiang' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'MountResource', { mount: body }),
  });
  command({
    operation: 'refresh-resource',
    summary: 'Record that the data was refreshed',
    article: 'R26.1',
    params: idParams,
    body: z.strictObject({ occurredAt: instant.nullable().default(null), note: text(500).nullable().default(null) }),
    example: { note: '9月数据' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'RefreshResource', body),
  });
  command({
    operation: 'resume-supply',
    summary: 'Resume a supply that was suspended for security',
    article: 'R9.1',
    params: idParams,
    body: z.strictObject({ reason: longText }),
    example: { reason: '风险已排除' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'ResumeSupply', body),
  });
};

const changes = (app: FastifyInstance, deps: HttpDeps): void => {
  const command = commandRoutes(app, deps);
  const on = (resourceId: string, type: string, data: unknown) => ({
    decider: resource,
    id: resourceId,
    type,
    data,
    relations: related,
  });
  command({
    operation: 'request-change',
    summary: 'Ask for a change or withdrawal; its users are told at once',
    article: 'R9.1',
    params: idParams,
    body: z.strictObject({
      kind: z.enum(CHANGE_KINDS),
      ground: z.enum(CHANGE_GROUNDS),
      effectiveOn: date,
      patch: entryPatch.nullable().default(null),
      reason: longText,
    }),
    example: {
      kind: 'update',
      ground: 'ordinary',
      effectiveOn: '2026-12-31',
      patch: { abstract: '新增保障金额。' },
      reason: '业务调整',
    },
    ifMatch: 'optional',
    direct: ({ params, body, newId }) => on(params.id, 'RequestChange', { resource: params.id, change: newId, ...body }),
  });
  command({
    operation: 'review-change',
    summary: "The operator's review of a change",
    article: 'R9.2',
    params: changeParams,
    body: review,
    example: { decision: 'approve', comment: null },
    ifMatch: 'required',
    direct: ({ params, body }) => on(params.id, 'ReviewChange', { change: params.changeId, ...body }),
  });
  command({
    operation: 'acknowledge-change',
    summary: 'Acknowledge the notice of a change',
    article: 'R9.2',
    params: changeParams,
    body: NO_FIELDS,
    example: {},
    ifMatch: 'optional',
    direct: ({ params }) => on(params.id, 'AcknowledgeChange', { change: params.changeId }),
  });
  command({
    operation: 'object-to-change',
    summary: 'Object to an announced change',
    article: 'R9.2',
    params: changeParams,
    body: z.strictObject({ reason: longText }),
    example: { reason: '依赖该信息项的系统尚未改造' },
    ifMatch: 'optional',
    direct: ({ params, body }) => on(params.id, 'ObjectToChange', { change: params.changeId, ...body }),
  });
};
