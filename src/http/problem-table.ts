import { PROBLEMS } from './problems.ts';

export type Language = 'zh' | 'en';
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly article?: string;
};

/** Status, article, title and detail of one code, in both languages. `{name}` in a detail is filled from the error's details. */
export type ProblemRow = {
  readonly status: number;
  readonly article?: string;
  readonly zh: readonly [title: string, detail: string];
  readonly en: readonly [title: string, detail: string];
};

const FAULT: ProblemRow = {
  status: 500,
  zh: ['服务故障', '服务内部出错，已记录。请稍后再试，并提供 Request-Id。'],
  en: ['Service fault', 'Something broke inside the service and was logged. Try again later and quote the Request-Id.'],
};

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : '';
};

/** The answer for a code. A code without a row is a bug of ours and answers as a fault. */
export const problemOf = (code: string, details: Readonly<Record<string, unknown>>, language: Language): Problem => {
  const row: ProblemRow = PROBLEMS[code] ?? FAULT;
  const [title, detail] = row[language];
  return {
    type: `/docs/problems#${code}`,
    title,
    status: row.status,
    detail: detail.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(details[name])),
    code: PROBLEMS[code] === undefined ? 'service.fault' : code,
    ...(row.article === undefined ? {} : { article: row.article }),
  };
};
