import { z } from 'zod';
import { PERMISSIONS, type Operation } from '../domain/permission-table.ts';
import { isPublic } from '../domain/permissions.ts';
import { problem } from './schemas.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export const methodOf = (route: string): Method => route.split(' ')[0] as Method;
/** `/resources/{id}` of the contract as Fastify writes it: `/resources/:id`. */
export const pathOf = (route: string): string => (route.split(' ')[1] ?? '').replaceAll(/\{(\w+)\}/g, ':$1');

/** What every route says of itself in OpenAPI; who may call it comes from the permission table. */
export const describe = (operation: Operation, summary: string, article: string) => {
  const { allow, recorded, operation: kind, route } = PERMISSIONS[operation];
  return {
    operationId: operation,
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

const answers = (codes: readonly number[]) => Object.fromEntries(codes.map((code) => [code, problem]));
export const problemAnswers = (needsIfMatch: boolean) =>
  answers([400, 401, 403, 404, 409, 412, 422, ...(needsIfMatch ? [428] : []), 429, 503]);
export const queryProblems = answers([400, 401, 403, 404, 429, 503]);
