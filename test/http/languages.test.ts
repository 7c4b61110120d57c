import { describe, expect, it } from 'vitest';
import { languageOf } from '../../src/http/errors.ts';

describe('the language of an answer', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['zh-CN', 'zh'],
    ['zh', 'zh'],
    ['en', 'en'],
    ['EN-GB', 'en'],
    ['en-US,en;q=0.9', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en;q=0.8,zh;q=0.9', 'zh'],
    ['en;q=0.9,zh;q=0.8', 'en'],
    ['en ; q=0.9 , zh ; q=0.8', 'en'],
    ['zh;q=0.5,en', 'en'],
    ['zh;q=0,en;q=0.1', 'en'],
    ['en;q=0', 'zh'],
    ['en,zh', 'en'],
    ['zh,en', 'zh'],
    ['en;level=1;q=0.2,zh;q=0.3', 'zh'],
    ['fr,de;q=0.9', 'zh'],
    ['fr,en;q=0.1', 'en'],
    ['*', 'zh'],
    ['en;q=lots,zh;q=0.1', 'zh'],
    ['enm', 'zh'],
    ['zhx,en;q=0.1', 'en'],
    [',;,', 'zh'],
  ])('of %j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});
