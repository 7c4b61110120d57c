import { z } from 'zod';

/** Text that a person wrote: not blank, no control characters but line breaks and tabs, no lone surrogates. */
const CLEAN = /^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u;

export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => CLEAN.test(value), { params: { rule: 'text-unclean' } })
    .refine((value) => value.trim() !== '', { params: { rule: 'text-blank' } });

export const longText = text(2_000);
export const id = z
  .string()
  .regex(/^[A-Za-z0-9_.:@-]{1,160}$/)
  .meta({ description: 'Opaque identifier' });

const isDate = (value: string): boolean => {
  const parsed = new Date(`${value}T00:00:00.000Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value);
};
/** A civil date in Asia/Shanghai. */
export const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .refine(isDate, { params: { rule: 'date-impossible' } })
  .meta({ description: 'Civil date, Asia/Shanghai', example: '2026-11-22' });

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;
/** An instant; any offset comes in, UTC with milliseconds goes on. */
export const instant = z
  .string()
  .regex(INSTANT)
  .refine((value) => !Number.isNaN(Date.parse(value)) && isDate(value.slice(0, 10)), { params: { rule: 'instant-impossible' } })
  .overwrite((value) => new Date(value).toISOString())
  .meta({ description: 'Instant, ISO 8601', example: '2026-11-22T08:00:00.000Z' });

export const decision = z.enum(['approve', 'return']);
export const NO_FIELDS = z.strictObject({});
export const idParams = z.strictObject({ id });

/** What every command answers (api.md). */
export const commandAnswer = z
  .strictObject({
    id: z.string(),
    revision: z.int(),
    position: z.int(),
    events: z.array(z.string()),
  })
  .meta({ id: 'CommandAnswer', example: { id: '0b8f…', revision: 3, position: 1024, events: ['FormalityCheckPassed'] } });

/** RFC 9457, with the service's own members. */
export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    article: z.string().optional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    instance: z.string(),
  })
  .meta({ id: 'Problem' });
