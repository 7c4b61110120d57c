import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { calendarNoticeDecider } from '../../domain/calendar-notice.ts';
import { LEGAL_BASIS_TYPES } from '../../domain/catalog-entry.ts';
import { isEventType, type EventType } from '../../domain/events.ts';
import { LONGEST_TERM, OBLIGATION_KINDS, PACK_IDS, RULE_UNITS } from '../../domain/policy-pack.ts';
import { policyDecider } from '../../domain/policy.ts';
import { calendarNotices } from '../../projections/calendar-notices.ts';
import { EVERYTHING, eq } from '../../projections/filter.ts';
import { noticeInForce, policyInForce } from '../../projections/in-force.ts';
import { policies } from '../../projections/policies.ts';
import { commandRoutes } from '../command-routes.ts';
import type { HttpDeps } from '../deps.ts';
import { queryRoutes } from '../query-routes.ts';
import { date, id, idParams, NO_FIELDS, text, wholeNumber } from '../schemas.ts';
import { calculator } from './calculator.ts';

const eventType = z
  .string()
  .refine((value): value is EventType => isEventType(value), { params: { rule: 'unknown-event-type' } })
  .nullable();

const rule = z.strictObject({
  id: z.enum(OBLIGATION_KINDS),
  article: text(100),
  value: z.int().positive().max(LONGEST_TERM).nullable(),
  unit: z.enum(RULE_UNITS).nullable(),
  bound: z.enum(['at-most', 'at-least']),
  startEvent: eventType,
  endEvent: eventType,
  extension: z.strictObject({ atMost: z.int().positive().max(LONGEST_TERM), needs: text(300) }).nullable(),
  wording: text(500).nullable(),
});

const pack = z.strictObject({
  id: z.enum(PACK_IDS),
  title: text(200),
  documentNumber: text(100),
  issuer: text(200),
  effectiveFrom: date,
  effectiveUntil: date.nullable(),
  legalBasisTypes: z.array(z.enum(LEGAL_BASIS_TYPES)).max(10),
  rules: z.array(rule).min(1).max(60),
});

const notice = z.strictObject({
  id,
  year: z.int().min(2000).max(2100),
  version: z.int().min(1).max(99),
  documentNumber: text(100),
  title: text(200),
  publishedOn: date,
  offDays: z.array(date).max(120),
  makeUpWorkdays: z.array(date).max(60),
});

const EXAMPLE_PACK: z.input<typeof pack> = {
  id: 'city-setting',
  title: '南昌市数据共享内部时限',
  documentNumber: '洪数发〔2026〕1号',
  issuer: '南昌市大数据发展管理局',
  effectiveFrom: '2027-01-01',
  effectiveUntil: null,
  legalBasisTypes: [],
  rules: [
    {
      id: 'mount',
      article: '第三条',
      value: 10,
      unit: 'working-day',
      bound: 'at-most',
      startEvent: 'ResourcePublished',
      endEvent: 'ResourceMounted',
      extension: null,
      wording: '10个工作日内完成挂接',
    },
  ],
};

const EXAMPLE_NOTICE: z.input<typeof notice> = {
  id: 'cn-2027-v1',
  year: 2027,
  version: 1,
  documentNumber: '国办发明电〔2026〕0号',
  title: '国务院办公厅关于2027年部分节假日安排的通知',
  publishedOn: '2026-11-20',
  offDays: ['2027-01-01'],
  makeUpWorkdays: [],
};

/** Policy packs, calendar notices and the calculator: law as data (decision 14, 22). */
export const lawRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const command = commandRoutes(app, deps);
  const { list, one } = queryRoutes(app, deps);
  const ofLeadOffice = () => [] as const;

  command({
    operation: 'propose-policy',
    summary: 'Propose a policy pack, or its next version',
    article: 'requirements §2',
    params: NO_FIELDS,
    body: pack,
    example: EXAMPLE_PACK,
    ifMatch: 'none',
    direct: ({ body }) => ({
      decider: policyDecider,
      id: body.id,
      type: 'ProposePolicy',
      data: { pack: body },
      relations: ofLeadOffice,
    }),
  });
  command({
    operation: 'confirm-policy',
    summary: 'Confirm what another lead-office account proposed',
    article: 'requirements §2',
    params: z.strictObject({ id: z.enum(PACK_IDS) }),
    body: z.strictObject({ version: z.int().positive() }),
    example: { version: 1 },
    ifMatch: 'required',
    direct: ({ params, body }) => ({
      decider: policyDecider,
      id: params.id,
      type: 'ConfirmPolicy',
      data: body,
      relations: ofLeadOffice,
    }),
  });
  command({
    operation: 'propose-calendar-notice',
    summary: 'Propose a State Council holiday notice',
    article: 'requirements §4',
    params: NO_FIELDS,
    body: notice,
    example: EXAMPLE_NOTICE,
    ifMatch: 'none',
    direct: ({ body }) => ({
      decider: calendarNoticeDecider,
      id: body.id,
      type: 'ProposeCalendarNotice',
      data: { notice: body },
      relations: ofLeadOffice,
    }),
  });
  command({
    operation: 'confirm-calendar-notice',
    summary: 'Confirm what another lead-office account proposed; open obligations are computed anew',
    article: 'requirements §4',
    params: idParams,
    body: NO_FIELDS,
    example: {},
    ifMatch: 'required',
    direct: ({ params }) => ({
      decider: calendarNoticeDecider,
      id: params.id,
      type: 'ConfirmCalendarNotice',
      data: {},
      relations: ofLeadOffice,
    }),
  });

  const packs = {
    operation: 'read-policies',
    article: 'requirements §4',
    projection: policies,
    inForce: policyInForce,
    item: (doc: unknown) => doc,
  } as const;
  list({ ...packs, summary: 'Policy packs with their versions', query: {}, filter: () => EVERYTHING });
  one({ ...packs, path: '/policies/{id}', summary: 'One policy pack' });
  const notices = {
    operation: 'read-calendar',
    article: 'requirements §4',
    projection: calendarNotices,
    inForce: noticeInForce,
    item: (doc: unknown) => doc,
  } as const;
  list({
    ...notices,
    path: '/calendar-notices',
    summary: 'Calendar notices as dated versions',
    query: { year: wholeNumber(2000, 2100).optional() },
    filter: ({ year }) => (year === undefined ? EVERYTHING : eq('year', year)),
  });
  one({ ...notices, path: '/calendar-notices/{id}', summary: 'One calendar notice' });
  calculator(app, deps);
};
