import { z } from 'zod';
import { PERMISSIONS, type Operation } from '../domain/permission-table.ts';
import { isPublic } from '../domain/permissions.ts';
import { problem } from './schemas.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export const methodOf = (route: string): Method => route.split(' ')[0] as Method;
/** `/resources/{id}` of the contract as Fastify writes it: `/resources/:id`. */
export const pathOf = (route: string): string => (route.split(' ')[1] ?? '').replaceAll(/\{(\w+)\}/g, ':$1');

/** What every route says of itself in OpenAPI; who may call it comes from the permission table. */
export const describe = (operation: Operation, summary: string, article: string, operationId: string = operation) => {
  const { allow, recorded, operation: kind, route } = PERMISSIONS[operation];
  return {
    operationId,
    summary,
    description: `${article}. Allowed: ${allow.join(', ')}.${kind === null ? '' : ` Operation of R24.2: ${kind}.`}${recorded ? ' Recorded in the ledger.' : ''}`,
    tags: [route.split('/')[1] ?? ''],
    security: isPublic(operation) ? [] : [{ bearer: [] }],
  };
};

const keyHeader = z
  .string()
  .optional()
  .meta({ maxLength: 200, description: 'Repeats under the same key give the first answer again', example: 'b1f4-1' });
const ifMatchHeader = z.string().max(40).meta({ description: 'The revision that was read, in quotes', example: '"3"' });

/** Headers that a command route documents. Checked by hand in the pipeline, since a missing `If-Match` has its own answer (428). */
export const commandHeaders = (rule: 'required' | 'optional' | 'none') =>
  z.looseObject({
    'idempotency-key': keyHeader,
    ...(rule === 'none' ? {} : { 'if-match': ifMatchHeader.optional() }),
  });

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Not well formed; `errors` names every wrong field',
  401: 'No token, or one that is not good',
  403: 'No right, or no mandate',
  404: 'Not there, or not to be seen',
  409: 'The state of the thing, or a lost race',
  412: 'Changed since it was read',
  413: 'Too large',
  415: 'Another media type',
  416: 'Nothing of it lies in that range',
  422: 'A rule refuses it; `article` says which',
  428: '`If-Match` is missing: it decides about what was read',
  429: 'Too many attempts; `Retry-After` says when',
  503: 'Behind, or without its store; `Retry-After` says when',
};
const answers = (codes: readonly number[]) =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      { description: MEANINGS[code] ?? '', content: { 'application/problem+json': { schema: problem } } },
    ]),
  );
/** The refusals of a read that has rules of its own. */
export const readProblems = answers([400, 401, 403, 404, 409, 416, 422, 429, 503]);
export const problemAnswers = (needsIfMatch: boolean) =>
  answers([400, 401, 403, 404, 409, 412, 413, 415, 422, ...(needsIfMatch ? [428] : []), 429, 503]);

const ok = (description: string, schema: z.ZodType) => ({
  200: { description, content: { 'application/json': { schema } } },
});
export const queryProblems = answers([400, 401, 403, 404, 429, 503]);
const thing = z
  .looseObject({})
  .meta({ description: 'As its view tells it', example: { id: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11', revision: 6 } });
const items = z.array(thing);

/** How often each value of a field occurs among what was found, the most frequent first. */
const facet = z.array(z.strictObject({ value: z.union([z.string(), z.number(), z.boolean(), z.null()]), count: z.int() }));

/** A page of a list (api.md): `total` and `facets` unless they were declined. */
export const listAnswer = z
  .strictObject({
    items,
    nextCursor: z.string().nullable(),
    total: z.int().optional(),
    facets: z.record(z.string(), facet).optional(),
    position: z.int(),
  })
  .meta({
    example: {
      items: [{ id: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11', revision: 6 }],
      nextCursor: null,
      total: 1,
      facets: { shareType: [{ value: 'conditional', count: 1 }] },
      position: 1024,
    },
  });

export const listAnswers = { ...ok('One page', listAnswer), ...queryProblems };
export const oneAnswers = { ...ok('The thing, with its revision as ETag', thing), ...queryProblems };
/** For an answer that has a shape of its own. */
export const answersWith = (description: string, schema: z.ZodType) => ({ ...ok(description, schema), ...queryProblems });
export const queryHeaders = z.looseObject({
  'ledger-position': z
    .string()
    .optional()
    .meta({ description: 'Wait until the view has reached this position: read what was written', example: '1024' }),
});
