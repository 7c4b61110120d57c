import type { z } from 'zod';
import { FIELD_RULES } from './field-rules.ts';
import type { Language } from './problem-row.ts';

const TYPES: Readonly<Record<string, readonly [zh: string, en: string] | undefined>> = {
  string: ['文本', 'text'],
  number: ['数字', 'a number'],
  int: ['整数', 'a whole number'],
  boolean: ['布尔值', 'a boolean'],
  array: ['列表', 'a list'],
  object: ['对象', 'an object'],
  null: ['空值', 'null'],
};

const pick = ([zh, en]: readonly [string, string], language: Language): string => (language === 'zh' ? zh : en);

const oneOf = (values: readonly unknown[], language: Language): string =>
  pick([`应为以下之一：${values.map(String).join('、')}`, `must be one of: ${values.map(String).join(', ')}`], language);

const SIZES: Readonly<Record<string, readonly [zh: string, en: string] | undefined>> = {
  string: ['长度', ' characters'],
  array: ['项数', ' entries'],
};

type Size = Extract<z.core.$ZodIssue, { code: 'too_big' | 'too_small' }>;

const size = (issue: Size, language: Language): string => {
  const [what, unit] = SIZES[issue.origin] ?? ['数值', ''];
  const limit = String(issue.code === 'too_big' ? issue.maximum : issue.minimum);
  const [zh, en] = issue.code === 'too_big' ? ['不能大于', 'at most'] : ['不能小于', 'at least'];
  if (issue.inclusive !== false) return pick([`${what}${zh} ${limit}`, `${en} ${limit}${unit}`], language);
  const [beyondZh, beyondEn] = issue.code === 'too_big' ? ['须小于', 'less than'] : ['须大于', 'more than'];
  return pick([`${what}${beyondZh} ${limit}`, `${beyondEn} ${limit}${unit}`], language);
};

/** A schema names its own rule as `params.rule` or in place of zod's message. */
const ruleOf = (issue: z.core.$ZodIssue): string =>
  (issue.code === 'custom' ? (issue.params as { rule?: string } | undefined)?.rule : undefined) ?? issue.message;

const missing = (issue: z.core.$ZodIssue): boolean => 'input' in issue && issue.input === undefined;

/**
 * What is wrong with one field, in the reader's language; zod's own texts are English and read badly in Chinese. That a
 * field is missing can be told only where the schema was asked to report its input.
 */
export const issueMessage = (issue: z.core.$ZodIssue, language: Language): string => {
  if (missing(issue)) return pick(['必填', 'is required'], language);
  switch (issue.code) {
    case 'invalid_type': {
      const [zh, en] = TYPES[issue.expected] ?? [issue.expected, issue.expected];
      return pick([`应为${zh}`, `must be ${en}`], language);
    }
    case 'unrecognized_keys':
      return pick(['未知字段', 'unknown field'], language);
    case 'invalid_value':
      return oneOf(issue.values, language);
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? oneOf(issue.options, language)
        : pick(['格式不正确', 'has the wrong form'], language);
    case 'too_big':
    case 'too_small':
      return size(issue, language);
    default:
      return pick(FIELD_RULES.get(ruleOf(issue)) ?? ['格式不正确', 'has the wrong form'], language);
  }
};

const ONE_OF = 'must be one of ';

/** What a rule of the domain says of one field, in the reader's language. A text that the table does not know stays as it is. */
export const faultMessage = (message: string, language: Language): string => {
  if (message.startsWith(ONE_OF)) return oneOf(message.slice(ONE_OF.length).split(', '), language);
  const words = FIELD_RULES.get(message);
  return words === undefined ? message : pick(words, language);
};
