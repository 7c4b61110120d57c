import type { FastifyInstance } from 'fastify';
import type { ProblemRow } from './problem-row.ts';
import { PROBLEMS } from './problems.ts';

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const row = ([code, { status, article, zh, en }]: readonly [string, ProblemRow]): string =>
  `<tr id="${code}"><td><code>${code}</code><td>${String(status)}<td>${article ?? ''}` +
  `<td><b>${escaped(zh[0])}</b> ${escaped(zh[1])}<td lang="en"><b>${escaped(en[0])}</b> ${escaped(en[1])}`;

const page = (): string => `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>洪账 · Problems</title>
<h1>错误代码 Problems</h1>
<table><thead><tr><th>Code<th>Status<th>Article<th>中文<th>English<tbody>
${(Object.entries(PROBLEMS) as [string, ProblemRow][]).map(row).join('\n')}
</table></html>
`;

/** `GET /docs/problems`, where the `type` of every problem answer points (RFC 9457). */
export const problemPage = (app: FastifyInstance): void => {
  const html = page();
  app.get('/docs/problems', { schema: { hide: true } }, (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
};
