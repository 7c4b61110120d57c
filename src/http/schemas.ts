import { z } from 'zod';
import { instantOf, isCivilDate, isRecordableDate, isRecordableInstant, millisecondsOf } from '../domain/time.ts';

/** Line breaks and tabs are the only control characters of a text; half a surrogate pair is no character. */
const CLEAN = /^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u;
/** Something that can be seen: neither a blank nor an invisible format character. */
const VISIBLE = /[^\s\p{Cf}]/u;

/** Text that a person wrote, at most `max` UTF-16 code units; what is wrong with it is said once. */
export const text = (max: number) =>
  z
    .string()
    .min(1, { abort: true })
    .max(max, { abort: true })
    .refine((value) => CLEAN.test(value), { error: 'text-unclean', abort: true })
    .refine((value) => VISIBLE.test(value), { error: 'text-blank' });

export const longText = text(2_000);
export const id = z
  .string()
  .regex(/^[A-Za-z0-9_.:@-]{1,160}$/, 'id-malformed')
  .meta({ description: 'Opaque identifier' });

/** A civil date in Asia/Shanghai, of a year that the service takes. */
export const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, { error: 'date-malformed', abort: true })
  .refine(isCivilDate, { error: 'date-impossible', abort: true })
  .refine(isRecordableDate, 'year-out-of-range')
  .meta({ description: 'Civil date, Asia/Shanghai', example: '2026-11-22' });

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;
const isInstant = (value: string): boolean => isCivilDate(value.slice(0, 10)) && !Number.isNaN(millisecondsOf(value));
/** An instant of a year that the service takes; any offset comes in, UTC with milliseconds goes on. */
export const instant = z
  .string()
  .regex(INSTANT, { error: 'instant-malformed', abort: true })
  .refine(isInstant, { error: 'instant-impossible', abort: true })
  .overwrite((value) => instantOf(millisecondsOf(value)))
  // Only now: an offset may carry the last hours of a year into the next.
  .refine(isRecordableInstant, 'year-out-of-range')
  .meta({ description: 'Instant, ISO 8601', example: '2026-11-22T08:00:00.000Z' });

/** A whole number of a query, in decimal digits: nothing is coerced that is no number, least of all an empty text to 0. */
export const wholeNumber = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value),
    z.int().min(least).max(most),
  );

/** What every list takes of its pages (api.md, conventions). */
const flag = z.enum(['true', 'false']).optional();
export const pageQuery = {
  limit: wholeNumber(1, 200).default(50),
  cursor: z.string().max(4_000).optional(),
  total: flag.meta({ description: '`false`: do not count' }),
  facets: flag.meta({ description: '`false`: no facets' }),
};

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
  .meta({ example: { id: '0b8f…', revision: 3, position: 1024, events: ['FormalityCheckPassed'] } });

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
  .meta({
    example: {
      type: '/docs/problems#thing.not-found',
      title: '未找到',
      status: 404,
      detail: '没有该对象，或者您无权查看。',
      code: 'thing.not-found',
      instance: '/api/v1/grants/5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11',
    },
  });
