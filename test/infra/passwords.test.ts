import { describe, expect, it } from 'vitest';
import { fitsPassword, hashPassword, STRONG } from '../../src/infra/passwords.ts';

const CHEAP = { N: 1_024, r: 8, p: 1 };

describe('passwords', () => {
  it('fit what was stored of them, and no other does', async () => {
    const stored = await hashPassword('correct horse 电池', CHEAP);
    expect(await fitsPassword('correct horse 电池', stored)).toBe(true);
    for (const other of ['', 'correct horse', 'correct horse 电池 ', 'Correct horse 电池'])
      expect(await fitsPassword(other, stored), other).toBe(false);
  });

  it('are not in what is stored, which is never the same twice', async () => {
    const [one, other] = [await hashPassword('correct horse', CHEAP), await hashPassword('correct horse', CHEAP)];
    expect(one).not.toContain('correct horse');
    const parts = [one, other].map((stored) => JSON.parse(stored) as { scrypt: object; salt: string; key: string });
    expect(parts[0]?.scrypt).toEqual(CHEAP);
    expect(parts[0]?.salt).not.toBe(parts[1]?.salt);
    expect(parts[0]?.key).not.toBe(parts[1]?.key);
    expect(Buffer.from(parts[0]?.salt ?? '', 'base64')).toHaveLength(16);
    expect(Buffer.from(parts[0]?.key ?? '', 'base64')).toHaveLength(32);
  });

  it('fit however the keyboard composes them', async () => {
    expect(await fitsPassword('cafe\u0301', await hashPassword('caf\u00e9', CHEAP))).toBe(true);
  });

  it('are checked at the cost they were stored with', async () => {
    expect(STRONG).toEqual({ N: 32_768, r: 8, p: 1 });
    expect(await fitsPassword('x', await hashPassword('x', STRONG))).toBe(true);
  });
});
