import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  documentTokens,
  holdsTerms,
  MAX_QUERY_LENGTH,
  MAX_QUERY_TERMS,
  queryTokens,
  searchTerms,
  searchText,
} from '../../src/projections/search.ts';

describe('search', () => {
  it('splits a query at white space, in compatibility form and lower case, without repeats', () => {
    expect(searchTerms('  低保　ＡＢＣ abc\t①  ')).toEqual(['低保', 'abc', '1']);
    expect(searchTerms('')).toEqual([]);
  });

  it('bounds a query', () => {
    expect(searchTerms('低'.repeat(MAX_QUERY_LENGTH + 1))).toEqual(['低'.repeat(MAX_QUERY_LENGTH)]);
    expect(searchTerms('𠮷'.repeat(MAX_QUERY_LENGTH + 1))).toEqual(['𠮷'.repeat(MAX_QUERY_LENGTH)]);
    expect(searchTerms('a b c d e f g h i j k l')).toEqual('a b c d e f g h i j'.split(' '));
    expect(MAX_QUERY_TERMS).toBe(10);
  });

  it('files text under the characters of each word and their pairs', () => {
    expect(documentTokens(searchText(['低保 A', '保']))).toEqual(['u4f4e', 'u4f4eu4fdd', 'u4fdd', 'u61']);
    expect(documentTokens('𠮷')).toEqual(['u20bb7']);
    expect(documentTokens(' ')).toEqual([]);
  });

  it('asks for pairs, and for a character only where a term has no more', () => {
    expect(queryTokens(['充电桩', '保'])).toEqual(['u5145u7535', 'u7535u6869', 'u4fdd']);
  });

  it('finds a term within one part only, and each term in any part', () => {
    expect(holdsTerms('低保', ['最低', '保险'])).toBe(false);
    expect(holdsTerms('最低 保险', ['最低', '保险'])).toBe(true);
    expect(holdsTerms('最低 医疗', ['最低', '保险'])).toBe(false);
    expect(holdsTerms('', [])).toBe(true);
  });

  it('files every document under all tokens of every query that it is a hit of', () => {
    const character = fc.constantFrom('低', '保', '医', 'a', 'B', '１', '𠮷', ' ', '，');
    const text = fc.array(character, { maxLength: 8 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), text, (parts, query) => {
        const filed = new Set(documentTokens(searchText(parts)));
        const found = queryTokens(searchTerms(query)).every((token) => filed.has(token));
        if (holdsTerms(query, parts)) expect(found).toBe(true);
        const terms = searchTerms(query);
        if (terms.every((term) => Array.from(term).length <= 2)) expect(found).toBe(holdsTerms(query, parts));
      }),
    );
  });
});

type Case = {
  readonly id: string;
  readonly query: string;
  readonly mustHit: string[];
  readonly mustNotHit: string[];
  readonly optional: boolean;
};
type Item = { readonly name: string };
type Resource = { readonly id: string; readonly provider: string; readonly [field: string]: unknown };
const shared = new URL('../../../shared/data/nanchang/', import.meta.url);
const present = existsSync(shared);
const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(file, shared), 'utf8')) as T;
const required = present ? read<{ cases: Case[] }>('search-cases.json').cases.filter(({ optional }) => !optional) : [];

describe.skipIf(!present)('search cases of Nanchang', () => {
  const resources = present ? read<{ resources: Resource[] }>('resources.json').resources : [];
  const organizations = present
    ? read<{ organizations: { id: string; name: string; shortName?: string; aliases?: string[] }[] }>('organizations.json')
        .organizations
    : [];
  const partsOf = (resource: Resource): string[] => {
    const provider = organizations.find(({ id }) => id === resource.provider);
    const own = [resource['title'], resource['abstract'], resource['domain'], resource['resourceCode']];
    const items = (resource['items'] ?? []) as Item[];
    return [...own, ...items.map(({ name }) => name), provider?.name, provider?.shortName, ...(provider?.aliases ?? [])].filter(
      (part) => typeof part === 'string',
    );
  };

  it.each(required)('$id $query', ({ query, mustHit, mustNotHit }) => {
    const hits = resources.filter((resource) => holdsTerms(query, partsOf(resource))).map(({ id }) => id);
    expect(hits).toEqual(expect.arrayContaining(mustHit));
    expect(hits.filter((hit) => mustNotHit.includes(hit))).toEqual([]);
  });
});
