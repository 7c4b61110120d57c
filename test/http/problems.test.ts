import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOMAIN_PROBLEMS } from '../../src/http/domain-problems.ts';
import { problemDocument } from '../../src/http/problem-document.ts';
import { PROBLEMS } from '../../src/http/problems.ts';
import type { ProblemRow } from '../../src/http/problem-row.ts';
import { APPLICATION_PROBLEMS } from '../../src/http/problems/application.ts';
import { ACCOUNT_PROBLEMS } from '../../src/http/problems/account.ts';
import { CONTENT_PROBLEMS } from '../../src/http/problems/content.ts';
import { GRANT_PROBLEMS } from '../../src/http/problems/grant.ts';
import { LAW_PROBLEMS } from '../../src/http/problems/law.ts';
import { ORGANIZATION_PROBLEMS } from '../../src/http/problems/organization.ts';
import { RESOURCE_PROBLEMS } from '../../src/http/problems/resource.ts';
import { TRANSPORT_PROBLEMS } from '../../src/http/problems/transport.ts';
import { sourceFiles, strings, thrownCodes } from '../support/source-codes.ts';

const TABLES = [
  TRANSPORT_PROBLEMS,
  CONTENT_PROBLEMS,
  ORGANIZATION_PROBLEMS,
  ACCOUNT_PROBLEMS,
  RESOURCE_PROBLEMS,
  APPLICATION_PROBLEMS,
  GRANT_PROBLEMS,
  LAW_PROBLEMS,
];
const rows = Object.entries(PROBLEMS) as [string, ProblemRow][];
const files = sourceFiles('src').filter((file) => !file.startsWith('src/http/problems/') && !file.startsWith('src/console/'));
/** `ensure` itself hands its argument on. */
const thrown = files.flatMap(thrownCodes).filter(({ file, kind }) => file !== 'src/domain/domain-error.ts' || kind === 'text');
const holes = (detail: string): readonly string[] => [...detail.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe('the table of problems', () => {
  it('finds the codes of the source', () => {
    expect(thrown.length).toBeGreaterThan(100);
    expect(thrown).toContainEqual({ file: 'src/domain/policy.ts', kind: 'text', text: 'policy.same-person' });
  });

  it('can be read from the source: every code stands where it is thrown', () => {
    expect(thrown.filter(({ kind }) => kind === 'unreadable')).toEqual([]);
  });

  it('has a row for every code that is thrown', () => {
    const missing = thrown.filter(({ kind, text }) =>
      kind === 'prefix' ? !rows.some(([code]) => code.startsWith(text)) : !Object.hasOwn(PROBLEMS, text),
    );
    expect(missing).toEqual([]);
  });

  it('has no row that nobody throws', () => {
    const said = files.flatMap(strings);
    const texts = new Set(said.filter(({ kind }) => kind === 'text').map(({ text }) => text));
    const prefixes = said.filter(({ kind, text }) => kind === 'prefix' && /^[a-z-]+\.$/.test(text)).map(({ text }) => text);
    expect(rows.map(([code]) => code).filter((code) => !texts.has(code) && !prefixes.some((prefix) => code.startsWith(prefix)))).toEqual([]); // prettier-ignore
  });

  it('has each code once', () => {
    const codes = TABLES.flatMap((table) => Object.keys(table));
    expect(codes).toHaveLength(new Set(codes).size);
    expect(Object.keys(PROBLEMS).sort()).toEqual([...codes].sort());
  });

  it.each(rows)('%s is written in both languages, ends its sentences and asks for the same values', (_, { zh, en }) => {
    expect(zh[0]).toMatch(/\p{Script=Han}/u);
    expect(zh[1]).toMatch(/。$/);
    expect(zh[1]).not.toMatch(/[,;:?!]\s|\p{Script=Han}[,;.]/u);
    expect(en.join(' ')).not.toMatch(/\p{Script=Han}/u);
    expect(en[1]).toMatch(/^[\p{Lu}{\d].*[.)]$/u);
    expect(en[0]).toMatch(/^[A-Z]/);
    expect(holes(zh[1]).filter((name) => !en[1].includes(`{${name}}`) && name !== 'role')).toEqual([]);
  });

  it('answers a rule with 409 or 422, a missing mandate with 403, and what may not be seen with 404 (decision 19)', () => {
    const statuses = new Set(Object.values(DOMAIN_PROBLEMS).map((row) => row?.status));
    expect([...statuses].sort()).toEqual([403, 404, 409, 422]);
  });

  it('names articles as the requirements do', () => {
    const articles = rows.flatMap(([, { article }]) => (article === undefined ? [] : [article]));
    expect(articles.filter((article) => !/^R\d{1,2}\.\d$/.test(article))).toEqual([]);
  });

  it('is what docs/problems.md says; `npm run docs` writes it', () => {
    expect(readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8')).toBe(problemDocument());
  });
});

describe('values that a problem shows', () => {
  const details = (code: string): readonly string[] => {
    const found: string[] = [];
    const row = PROBLEMS[code] as ProblemRow;
    found.push(...holes(row.zh[1]), ...holes(row.en[1]));
    return [...new Set(found)];
  };

  it('are handed over where the code is thrown', () => {
    const silent = files.flatMap((file) => {
      const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      return thrownCodes(file).flatMap(({ kind, text: code }) => {
        if (kind !== 'text' || !Object.hasOwn(PROBLEMS, code)) return [];
        const given = text.slice(text.indexOf(`'${code}'`)).slice(0, 220);
        return details(code)
          .filter((name) => !new RegExp(`\\b${name}\\b`).test(given))
          .map((name) => `${file} ${code} {${name}}`);
      });
    });
    expect(silent).toEqual([]);
  });
});
