import type { z } from 'zod';
import type { Language } from './problem-table.ts';

type Words = Readonly<Record<Language, string>>;
const words = (zh: string, en: string): Words => ({ zh, en });

const TYPES: Readonly<Record<string, Words>> = {
  string: words('文本', 'text'),
  number: words('数字', 'a number'),
  int: words('整数', 'a whole number'),
  boolean: words('是或否（布尔值）', 'a boolean'),
  array: words('列表', 'a list'),
  object: words('对象', 'an object'),
  null: words('空值', 'null'),
};

const RULES: Readonly<Record<string, Words>> = {
  'text-unclean': words('含有不允许的控制字符或不完整的字符', 'holds control characters or half a surrogate pair'),
  'text-blank': words('不能只有空白', 'must not be blank'),
  'date-impossible': words('不是存在的日期', 'is not a date that exists'),
  'instant-impossible': words('不是存在的时间', 'is not an instant that exists'),
};

const ofType = (expected: string, language: Language): string => TYPES[expected]?.[language] ?? expected;

const size = (issue: { readonly origin: string }, limit: number | bigint, more: boolean, language: Language): string => {
  const n = String(limit);
  const long = issue.origin === 'string';
  const list = issue.origin === 'array';
  if (language === 'zh') {
    const what = long ? '长度' : list ? '项数' : '数值';
    return `${what}${more ? '不能大于' : '不能小于'} ${n}`;
  }
  const what = long ? `${n} characters` : list ? `${n} entries` : n;
  return more ? `at most ${what}` : `at least ${what}`;
};

/** What is wrong with one field, in the reader's language; zod's own texts are English and read badly in Chinese. */
export const issueMessage = (issue: z.core.$ZodIssue, language: Language): string => {
  switch (issue.code) {
    case 'invalid_type': {
      const missing = issue.input === undefined;
      if (missing) return words('必填', 'is required')[language];
      const expected = ofType(issue.expected, language);
      return language === 'zh' ? `应为${expected}` : `must be ${expected}`;
    }
    case 'unrecognized_keys':
      return words('未知字段', 'unknown field')[language];
    case 'invalid_value': {
      const values = issue.values.map((value) => String(value)).join(', ');
      return language === 'zh' ? `应为以下之一：${values}` : `must be one of: ${values}`;
    }
    case 'too_big':
      return size(issue, issue.maximum, true, language);
    case 'too_small':
      return size(issue, issue.minimum, false, language);
    case 'custom': {
      const rule = (issue.params as { rule?: string } | undefined)?.rule ?? '';
      return RULES[rule]?.[language] ?? words('不符合要求', 'is not acceptable')[language];
    }
    default:
      return words('格式不正确', 'has the wrong form')[language];
  }
};
