import type { Language, Problem, ProblemRow } from './problem-row.ts';
import { PROBLEMS } from './problems.ts';
import { chineseOf } from './terms.ts';

const FAULT = 'service.fault';
const LONGEST_VALUE = 200;

const shown = (value: unknown, language: Language): string => {
  if (Array.isArray(value)) return value.map((one) => shown(one, language)).join(language === 'zh' ? '、' : ', ');
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return '';
  return (language === 'zh' ? chineseOf(value) : value).slice(0, LONGEST_VALUE);
};

/** The answer for a code. A code without a row is a bug of ours and answers as a fault. */
export const problemOf = (code: string, details: Readonly<Record<string, unknown>>, language: Language): Problem => {
  const known = Object.hasOwn(PROBLEMS, code) ? code : FAULT;
  const { status, article, [language]: words } = PROBLEMS[known] as ProblemRow;
  const [title, detail] = words;
  return {
    type: `/docs/problems#${known}`,
    title,
    status,
    detail: detail.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(details[name], language)),
    code: known,
    ...(article === undefined ? {} : { article }),
  };
};
