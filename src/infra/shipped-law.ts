import { z } from 'zod';
import type { CalendarNotice } from '../domain/calendar.ts';
import { checkNotice } from '../domain/calendar-notice.ts';
import { LEGAL_BASIS_TYPES } from '../domain/catalog-entry.ts';
import { isEventType } from '../domain/events.ts';
import type { EventType } from '../domain/events.ts';
import { OBLIGATION_KINDS, PACK_IDS, RULE_UNITS } from '../domain/policy-pack.ts';
import { checkPack } from '../domain/policy-check.ts';
import type { PolicyPack } from '../domain/policy-pack.ts';
import { date, readShipped, refuseFaults, SHIPPED, text } from './shipped-file.ts';

const eventType = z.custom<EventType>((value) => typeof value === 'string' && isEventType(value), 'is not an event type');

const noticeSchema: z.ZodType<CalendarNotice> = z.strictObject({
  id: text,
  year: z.int(),
  version: z.int(),
  documentNumber: text,
  title: text,
  publishedOn: date,
  offDays: z.array(date),
  makeUpWorkdays: z.array(date),
});

const packSchema: z.ZodType<PolicyPack> = z.strictObject({
  id: z.enum(PACK_IDS),
  title: text,
  documentNumber: text,
  issuer: text,
  effectiveFrom: date,
  effectiveUntil: date.nullable(),
  legalBasisTypes: z.array(z.enum(LEGAL_BASIS_TYPES)),
  rules: z.array(
    z.strictObject({
      id: z.enum(OBLIGATION_KINDS),
      article: text,
      value: z.int().nullable(),
      unit: z.enum(RULE_UNITS).nullable(),
      bound: z.enum(['at-most', 'at-least']),
      startEvent: eventType.nullable(),
      endEvent: eventType.nullable(),
      extension: z.strictObject({ atMost: z.int(), needs: text }).nullable(),
      wording: text.nullable(),
    }),
  ),
});

const readPack = (folder: URL, file: string): PolicyPack => {
  const pack = readShipped(folder, file, packSchema);
  refuseFaults(file, checkPack(pack));
  return pack;
};

/** The policy packs that ship (decision 14). Throws `BadShippedData`. */
export const readPacks = (folder = SHIPPED): readonly PolicyPack[] =>
  ['policies/nc-2019.json', 'policies/sc-809-2025.json'].map((file) => readPack(folder, file));

/** The State Council notices that ship, oldest first. Throws `BadShippedData`. */
export const readNotices = (folder = SHIPPED): readonly CalendarNotice[] => {
  const file = 'calendar-notices.json';
  const notices = readShipped(folder, file, z.array(noticeSchema));
  const faults = notices.flatMap((notice, index) =>
    checkNotice(notice).map(({ path, message }) => ({ path: `${String(index)}.${path}`, message })),
  );
  refuseFaults(file, faults);
  return notices;
};
