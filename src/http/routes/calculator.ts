import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { calendarOf, noticesPublishedBy, workingDays } from '../../domain/calendar.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { civilDateOf } from '../../domain/time.ts';
import { calendarNotices } from '../../projections/calendar-notices.ts';
import { actorOf } from '../authentication.ts';
import { confirmedNotices } from '../confirmed-notices.ts';
import type { HttpDeps } from '../deps.ts';
import { answersWith, describe, problemAnswers, queryHeaders } from '../documentation.ts';
import { date, instant, wholeNumber } from '../schemas.ts';
import { whenOf } from '../when.ts';

const day = z.looseObject({ date: z.string() });
const counted = z
  .strictObject({
    from: z.string(),
    days: z.int(),
    due: z.string(),
    dueEndsBefore: z.string(),
    notices: z.array(z.string()),
    provisional: z.boolean(),
    computation: z.array(
      z.strictObject({ date: z.string(), counted: z.boolean(), why: z.string(), notice: z.string().nullable() }),
    ),
  })
  .meta({
    example: {
      from: '2026-11-20',
      days: 1,
      due: '2026-11-23',
      dueEndsBefore: '2026-11-23T16:00:00.000Z',
      notices: ['cn-2026-v1'],
      provisional: false,
      computation: [{ date: '2026-11-23', counted: true, why: 'working-day', notice: null }],
    },
  });
const yearAnswer = z.strictObject({ year: z.int(), notice: z.string(), days: z.array(day) }).meta({
  example: { year: 2026, notice: 'cn-2026-v1', days: [{ date: '2026-01-01' }] },
});

/** The public calculator, and the days that notices take out of the plain week. */
export const calculator = (app: FastifyInstance, deps: HttpDeps): void => {
  app.get('/working-days', {
    schema: {
      ...describe('read-working-days', 'The n-th working day after a day, explained day by day', 'requirements §4'),
      querystring: z.strictObject({
        from: date,
        days: wholeNumber(0, 1_000),
        asOf: z.union([date, instant]).optional(),
      }),
      headers: queryHeaders,
      response: { ...answersWith('The day, and how it was counted', counted), 422: problemAnswers(false)[422] },
    },
    handler: async (request, reply) => {
      await whenOf(deps, request, calendarNotices.name, {});
      const { from, days, asOf } = request.query as { from: string; days: number; asOf?: string };
      const known = await confirmedNotices(deps);
      const asOfDate = asOf === undefined ? null : asOf.length === 10 ? asOf : civilDateOf(asOf);
      const published = asOfDate === null ? known : noticesPublishedBy(known, asOfDate);
      const { due, dueEndsBefore, notices: used, provisional, computation } = workingDays(calendarOf(published), from, days);
      return reply.send({ from, days, due, dueEndsBefore, notices: used, provisional, computation });
    },
  });
  app.get('/calendar', {
    schema: {
      ...describe('read-calendar', 'The days of a year that a notice takes out of the plain week', 'requirements §4'),
      querystring: z.strictObject({ year: wholeNumber(2000, 2100), asOf: date.optional() }),
      headers: queryHeaders,
      response: { ...answersWith('Days off and make-up working days', yearAnswer), 422: problemAnswers(false)[422] },
    },
    handler: async (request, reply) => {
      await actorOf(deps, request);
      await whenOf(deps, request, calendarNotices.name, {});
      const { year, asOf } = request.query as { year: number; asOf?: string };
      const known = await confirmedNotices(deps);
      const { years, days } = calendarOf(asOf === undefined ? known : noticesPublishedBy(known, asOf));
      const speaking = years.get(year);
      if (speaking === undefined) throw new DomainError('calendar-unknown', { firstUnknownDay: `${String(year)}-01-01` });
      const ofYear = [...days].filter(([day]) => day.startsWith(`${String(year)}-`)).sort();
      return reply.send({ year, notice: speaking, days: ofYear.map(([day, noticed]) => ({ date: day, ...noticed })) });
    },
  });
};
