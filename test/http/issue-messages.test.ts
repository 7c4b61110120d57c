import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FIELD_RULES } from '../../src/http/field-rules.ts';
import { faultMessage, issueMessage } from '../../src/http/issue-messages.ts';
import { date, id, instant, text } from '../../src/http/schemas.ts';
import { faultMessages, sourceFiles, strings } from '../support/source-codes.ts';

const messages = (schema: z.ZodType, value: unknown): readonly [string, string] => {
  const { error } = schema.safeParse(value, { reportInput: true });
  const [issue] = error?.issues ?? [];
  if (issue === undefined || error?.issues.length !== 1) throw new Error(`${String(error?.issues.length)} issues`);
  return [issueMessage(issue, 'zh'), issueMessage(issue, 'en')];
};
const one = (schema: z.ZodType) => z.strictObject({ a: schema });

describe('what is wrong with a field', () => {
  it.each([
    ['a missing text', one(z.string()), {}, '必填', 'is required'],
    ['a missing choice', one(z.enum(['x', 'y'])), {}, '必填', 'is required'],
    ['a missing promise', one(z.literal(true)), {}, '必填', 'is required'],
    ['a missing list', one(z.array(z.string())), {}, '必填', 'is required'],
    ['a number for a text', one(z.string()), { a: 1 }, '应为文本', 'must be text'],
    ['null for a text', one(z.string()), { a: null }, '应为文本', 'must be text'],
    ['a text for a number', one(z.number()), { a: 'x' }, '应为数字', 'must be a number'],
    ['half of a whole number', one(z.int()), { a: 1.5 }, '应为整数', 'must be a whole number'],
    ['a text for a boolean', one(z.boolean()), { a: 'true' }, '应为布尔值', 'must be a boolean'],
    ['an object for a list', one(z.array(z.string())), { a: {} }, '应为列表', 'must be a list'],
    ['a list for an object', one(z.strictObject({})), { a: [] }, '应为对象', 'must be an object'],
    ['a text for null', one(z.null()), { a: 'x' }, '应为空值', 'must be null'],
    ['a type without a name', one(z.bigint()), { a: 1 }, '应为bigint', 'must be bigint'],
    ['a word for a number in a query', one(z.coerce.number()), { a: 'x' }, '应为数字', 'must be a number'],
    ['an unknown choice', one(z.enum(['table', 'file'])), { a: 'x' }, '应为以下之一：table、file', 'must be one of: table, file'],
    ['an unkept promise', one(z.literal(true)), { a: false }, '应为以下之一：true', 'must be one of: true'],
    ['an unknown field', z.strictObject({}), { b: 1 }, '未知字段', 'unknown field'],
    ['a long text', one(z.string().max(3)), { a: '一二三四' }, '长度不能大于 3', 'at most 3 characters'],
    ['a short text', one(z.string().min(3)), { a: 'x' }, '长度不能小于 3', 'at least 3 characters'],
    ['a long list', one(z.array(z.int()).max(1)), { a: [1, 2] }, '项数不能大于 1', 'at most 1 entries'],
    ['a short list', one(z.array(z.int()).min(2)), { a: [1] }, '项数不能小于 2', 'at least 2 entries'],
    ['a great number', one(z.int().max(200)), { a: 201 }, '数值不能大于 200', 'at most 200'],
    ['a small number', one(z.int().min(1)), { a: 0 }, '数值不能小于 1', 'at least 1'],
    ['a number that is not more', one(z.int().positive()), { a: 0 }, '数值须大于 0', 'more than 0'],
    ['a number that is not less', one(z.number().lt(5)), { a: 5 }, '数值须小于 5', 'less than 5'],
    ['a number beyond counting', one(z.int()), { a: 1e300 }, '数值不能大于 9007199254740991', 'at most 9007199254740991'],
    ['a wrong form', one(z.string().regex(/^\d{6}$/)), { a: 'x' }, '格式不正确', 'has the wrong form'],
    ['a rule without a name', one(z.string().refine(() => false)), { a: 'x' }, '格式不正确', 'has the wrong form'],
    ['no multiple', one(z.number().multipleOf(2)), { a: 3 }, '格式不正确', 'has the wrong form'],
    ['a union of equals', one(z.union([])), { a: 1 }, '格式不正确', 'has the wrong form'],
    ['a text of blanks', text(9), ' ', '不能只有空白', 'must not be blank'],
    ['an unclean text', text(9), '\u0000', '含有控制字符或不完整的字符', 'holds control characters or half a character'],
    ['a date that is none', date, '2026-02-30', '不是存在的日期', 'is not a date that exists'],
    ['a date in another form', date, '22/11/2026', '应为 YYYY-MM-DD 形式的日期', 'must be a date, YYYY-MM-DD'],
    ['an instant that is none', instant, '2026-02-30T00:00:00Z', '不是存在的时间', 'is not an instant that exists'],
    ['an identifier with a blank', id, 'a b', '应为本服务给出的标识', 'must be an identifier that this service gave'],
  ])('%s', (_, schema, value, zh, en) => {
    expect(messages(schema, value)).toEqual([zh, en]);
  });

  it('names the choices of a union by its discriminator', () => {
    const mount = z.discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('table') }),
      z.strictObject({ mode: z.literal('api') }),
    ]);
    expect(messages(mount, { mode: 'fax' })).toEqual(['应为以下之一：table、api', 'must be one of: table, api']);
    expect(messages(mount, {})).toEqual(['应为以下之一：table、api', 'must be one of: table, api']);
  });

  it('names the rule that a schema gives as a parameter', () => {
    const eventType = z.string().refine(() => false, { params: { rule: 'unknown-event-type' } });
    expect(messages(eventType, 'x')).toEqual(['不是本服务的事件类型', 'is not an event type of this service']);
  });

  it('calls nothing missing where the input was not reported', () => {
    const [issue] = z.string().safeParse(7).error?.issues ?? [];
    expect(issueMessage(issue!, 'en')).toBe('must be text');
  });
});

describe('what a rule of the domain says of a field', () => {
  it('is told in both languages', () => {
    expect(faultMessage('legal-basis-required', 'zh')).toBe('不予共享须写明依据');
    expect(faultMessage('legal-basis-required', 'en')).toBe('is required for what is not shared');
    expect(faultMessage('must be a date', 'zh')).toBe('应为存在的日期');
    expect(faultMessage('must be a date', 'en')).toBe('must be a date');
    expect(faultMessage('must be one of nc-2019, city-setting', 'zh')).toBe('应为以下之一：nc-2019、city-setting');
    expect(faultMessage('must be one of nc-2019, city-setting', 'en')).toBe('must be one of: nc-2019, city-setting');
  });

  it('stays as it is where the table does not know it', () => {
    expect(faultMessage('constructor', 'zh')).toBe('constructor');
  });

  it('is in the table, whatever rule says it', () => {
    const said = sourceFiles('src/domain').flatMap(faultMessages);
    const known = [...FIELD_RULES.keys()];
    const untold = said.filter(({ kind, text: message }) => {
      if (kind === 'text') return !FIELD_RULES.has(message);
      if (kind === 'unreadable') return true;
      // `${code}-required` and `must be one of ${…}`.
      return message !== 'must be one of ' && message !== '';
    });
    expect(said.length).toBeGreaterThan(30);
    expect(untold).toEqual([]);
    for (const code of ['share-condition', 'open-condition']) expect(known).toEqual(expect.arrayContaining([`${code}-required`, `${code}-misplaced`])); // prettier-ignore
  });

  it('is said by somebody, for every row of the table', () => {
    const texts = new Set([...sourceFiles('src/domain'), ...sourceFiles('src/http')].filter((file) => file !== 'src/http/field-rules.ts').flatMap(strings).map(({ text: said }) => said)); // prettier-ignore
    const composed = /^(?:share|open)-condition-(?:required|misplaced)$/;
    expect([...FIELD_RULES.keys()].filter((rule) => !texts.has(rule) && !composed.test(rule))).toEqual([]);
  });

  it('is written in Chinese first, in English second', () => {
    for (const [zh, en] of FIELD_RULES.values()) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
  });
});
