import { z } from 'zod';
import { DATA_TYPES, LEGAL_BASIS_TYPES, MASKS, SHARE_MODES, SHARE_TYPES, UPDATE_CYCLES } from '../domain/catalog-entry.ts';
import { longText, text } from './schemas.ts';

const legalBasis = z.strictObject({ type: z.enum(LEGAL_BASIS_TYPES), title: text(200), article: text(100) });

const item = z.strictObject({
  name: text(100),
  dataType: z.enum(DATA_TYPES),
  length: z.int().min(1).max(1_000_000).nullable().default(null),
  scale: z.int().min(0).max(30).nullable().default(null),
  shareType: z.enum(SHARE_TYPES),
  legalBasis: legalBasis.nullable().default(null),
  mask: z.enum(MASKS).default('none'),
});

const fields = {
  title: text(200),
  abstract: longText,
  category: z.strictObject({
    class: z.string().regex(/^\d$/),
    item: z.string().regex(/^\d{2}$/),
    section: z.string().regex(/^\d{3}$/),
    detail: z.string().regex(/^[0-9A-Za-z]{0,10}$/),
  }),
  domain: text(60),
  format: z.strictObject({ category: text(50), type: text(50) }),
  items: z.array(item).min(1).max(120),
  shareType: z.enum(SHARE_TYPES),
  shareCondition: longText.nullable(),
  legalBasis: legalBasis.nullable(),
  shareMode: z.enum(SHARE_MODES),
  open: z.boolean(),
  openCondition: text(500).nullable(),
  updateCycle: z.enum(UPDATE_CYCLES),
  sensitive: z.boolean(),
  sourceSystem: text(200).nullable(),
  offlineTerms: z.strictObject({ way: longText, workingDays: z.int().min(1).max(250) }).nullable(),
  relatedCodes: z.array(z.string().regex(/^[0-9A-Za-z]{1,20}\/\d{1,9}$/)).max(50),
};

/** A catalog entry as a department hands it in: core metadata of requirements §5; what may be empty may be left out. */
export const entryBody = z.strictObject({
  ...fields,
  shareCondition: fields.shareCondition.default(null),
  legalBasis: fields.legalBasis.default(null),
  openCondition: fields.openCondition.default(null),
  sensitive: fields.sensitive.default(false),
  sourceSystem: fields.sourceSystem.default(null),
  offlineTerms: fields.offlineTerms.default(null),
  relatedCodes: fields.relatedCodes.default([]),
});

/** Part of an entry: only what a change changes. */
export const entryPatch = z.strictObject(fields).partial();

export const EXAMPLE_ENTRY: z.input<typeof entryBody> = {
  title: '城乡低保对象信息',
  abstract: '本市城乡最低生活保障对象的认定结果，用于救助资格核验。',
  category: { class: '2', item: '03', section: '015', detail: '06' },
  domain: '社保',
  format: { category: '数据库', type: 'Dm' },
  items: [
    { name: '姓名', dataType: 'C', length: 50, shareType: 'conditional', mask: 'name' },
    { name: '保障类别', dataType: 'C', length: 20, shareType: 'conditional' },
  ],
  shareType: 'conditional',
  shareCondition: '仅限救助资格核验使用',
  shareMode: 'table',
  open: false,
  updateCycle: 'monthly',
};
