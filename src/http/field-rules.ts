type Words = readonly [zh: string, en: string];

const SHAPES: Readonly<Record<string, Words>> = {
  'text-unclean': ['含有控制字符或不完整的字符', 'holds control characters or half a character'],
  'text-blank': ['不能只有空白', 'must not be blank'],
  'id-malformed': ['应为本服务给出的标识', 'must be an identifier that this service gave'],
  'date-malformed': ['应为 YYYY-MM-DD 形式的日期', 'must be a date, YYYY-MM-DD'],
  'date-impossible': ['不是存在的日期', 'is not a date that exists'],
  'instant-malformed': ['应为带时区的时间，如 2026-11-22T08:00:00.000Z', 'must be an instant such as 2026-11-22T08:00:00.000Z'],
  'instant-impossible': ['不是存在的时间', 'is not an instant that exists'],
  'year-out-of-range': ['年份应在 0001 年至 9998 年之间', 'must lie in the years 0001 to 9998'],
  'filter-malformed': [
    '应写作 信息项:eq:值，运算符为 eq、ne、lt、lte、gt、gte',
    'must be item:eq:value, with eq, ne, lt, lte, gt or gte',
  ],
  'media-type-malformed': ['应为媒体类型，如 text/csv', 'must be a media type such as text/csv'],
  'unknown-event-type': ['不是本服务的事件类型', 'is not an event type of this service'],
};

/** Catalog entries (requirements §5). */
const ENTRIES: Readonly<Record<string, Words>> = {
  required: ['必填', 'is required'],
  'too-long': ['内容过长', 'is too long'],
  'too-many': ['项数过多', 'has too many entries'],
  duplicate: ['与前面重复', 'stands there twice'],
  malformed: ['格式不正确', 'has the wrong form'],
  'out-of-range': ['超出允许范围', 'is out of range'],
  'unknown-domain': ['不是所列领域；其他领域请填 other:名称', 'is not one of the domains; another is written other:name'],
  'item-not-unconditional': ['资源为无条件共享，信息项也须为无条件共享', 'must be unconditional, since the resource as a whole is'],
  'share-condition-required': ['有条件共享须写明共享条件', 'is required for a conditional resource'],
  'share-condition-misplaced': ['只有有条件共享才填写共享条件', 'belongs to conditional resources only'],
  'open-condition-required': ['开放的资源须写明开放条件', 'is required for an open resource'],
  'open-condition-misplaced': ['只有开放的资源才填写开放条件', 'belongs to open resources only'],
  'open-needs-unconditional': ['开放的资源须为无条件共享', 'an open resource is shared unconditionally'],
  'legal-basis-required': ['不予共享须写明依据', 'is required for what is not shared'],
  'legal-basis-insufficient': ['该类依据不足以不予共享', 'a basis of this type does not suffice for not sharing'],
  'entry-too-large': ['整个条目过大，请精简内容', 'the entry as a whole is too large'],
};

/** Policy packs and calendar notices (requirements §4). The domain says them in English. */
const LAW: Readonly<Record<string, Words>> = Object.fromEntries(
  Object.entries({
    'is missing': '必填',
    'must be a positive integer': '应为正整数',
    'is longer than 1,000 working days, 120 months or 10 years': '超过 1000 个工作日、120 个月或 10 年',
    'must be a date': '应为存在的日期',
    'stands there twice': '与前面重复',
    'a number needs a unit, and only update-cycle stands without a number': '有数值须有单位，只有 update-cycle 不带数值',
    'is not an obligation kind': '不是本服务的义务种类',
    'change-notice is at-least, every other rule at-most': 'change-notice 为 at-least，其他规则为 at-most',
    'change-notice is counted in calendar months': 'change-notice 按日历月计算',
    'is not an event type': '不是本服务的事件类型',
    'a rule without a number cannot be extended': '没有数值的规则不能延长',
    'lies before effectiveFrom': '早于生效日期',
    'is not a legal-basis type': '不是所列依据种类',
    'must be letters, digits, dots and hyphens': '只能含字母、数字、点和连字符',
    'is not plausible': '不合理，请核对',
    'must lie in the year or the one before': '应在当年或上一年',
    'is not near the year of the notice': '与通知的年份相差过远',
    'is not a Saturday or Sunday': '不是周六或周日',
    'is a day off too': '同时列为放假日',
  }).map(([en, zh]) => [en, [zh, en]]),
);

/** What a field can be wrong about, by the name that a schema or a rule of the domain gives it. */
export const FIELD_RULES: ReadonlyMap<string, Words> = new Map(Object.entries({ ...SHAPES, ...ENTRIES, ...LAW }));
