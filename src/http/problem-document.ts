import type { ProblemRow } from './problem-row.ts';
import { PROBLEMS } from './problems.ts';

const rowsOf = (area: string): readonly (readonly [string, ProblemRow])[] =>
  (Object.entries(PROBLEMS) as [string, ProblemRow][]).filter(([code]) => areaOf(code) === area);

const areaOf = (code: string): string => code.split('.', 1)[0] ?? code;

const line = ([code, { status, article, zh, en }]: readonly [string, ProblemRow]): string =>
  `| <a id="${code}"></a>\`${code}\` | ${String(status)} | ${article ?? ''} | **${zh[0]}** ${zh[1]} | **${en[0]}** ${en[1]} |`;

const section = (area: string): string => `## ${area}

| Code | Status | Article | 中文 | English |
| --- | --- | --- | --- | --- |
${rowsOf(area).map(line).join('\n')}
`;

/** `docs/problems.md`: every code of an RFC 9457 answer, with what to do about it (decision 19). */
export const problemDocument = (): string => `# Problems

Written by \`npm run docs\` from \`src/http/problems/\`; do not edit.

An error is \`application/problem+json\` (RFC 9457); \`code\` is the name below and \`type\` ends in it. \`{name}\` stands for a
value of the case. \`errors\` names every wrong field. 400 the request is not well formed; 403 no right or no mandate; 404 not
there, or not to be seen; 409 the state of the thing or a lost race; 412 it changed since it was read; 422 a rule.

${[...new Set(Object.keys(PROBLEMS).map(areaOf))].map(section).join('\n')}`;
