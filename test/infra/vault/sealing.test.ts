import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personal, type Sealed } from '../../../src/domain/personal.ts';
import { createSealer, SealBroken } from '../../../src/infra/vault/sealing.ts';
import { openVault } from '../../../src/infra/vault/vault.ts';
import { freshFolders } from '../../support/folders.ts';
import { memoryVault } from '../../support/ledger.ts';

const fresh = freshFolders();
const sealerOf = (vault = memoryVault()) => createSealer({ vault, randomBytes });
const sealed = (sealer: ReturnType<typeof sealerOf>, text: string, subject = 'wang'): Promise<Sealed> =>
  sealer.sealPersonal(personal(text, subject)) as Promise<Sealed>;
const changed = ({ $enc }: Sealed, part: Partial<Sealed['$enc']>): Sealed => ({ $enc: { ...$enc, ...part } });
/** The same text with one bit turned. */
const spoilt = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64url');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64url');
};

describe('sealing', () => {
  it('opens to what was sealed, and shows nothing of it', async () => {
    const sealer = sealerOf();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
        const value = await sealed(sealer, text);
        expect(await sealer.open(value)).toBe(text);
        if (text.length > 3) expect(JSON.stringify(value)).not.toContain(text);
      }),
      { numRuns: 200 },
    );
  });

  it('seals every personal part, however deep, and leaves the rest as the very same', async () => {
    const sealer = sealerOf();
    const plain = { a: [1, { b: null }], c: 'text' };
    expect(await sealer.sealPersonal(plain)).toBe(plain);
    const value = { keep: plain, list: [personal('王芳', 'wang'), 'x'], deep: { name: personal('李伟', 'li') } };
    const result = (await sealer.sealPersonal(value)) as { keep: unknown; list: [Sealed, string]; deep: { name: Sealed } };
    expect(result.keep).toBe(plain);
    expect([await sealer.open(result.list[0]), result.list[1], await sealer.open(result.deep.name)]).toEqual(['王芳', 'x', '李伟']);
    expect(result.list[0].$enc.keyId).not.toBe(result.deep.name.$enc.keyId);
  });

  it('tells nobody that two values are equal', async () => {
    const sealer = sealerOf();
    const [one, other] = [(await sealed(sealer, '王芳')).$enc, (await sealed(sealer, '王芳')).$enc];
    expect(one.keyId).toBe(other.keyId);
    for (const part of ['nonce', 'ciphertext', 'commitment'] as const) expect(one[part]).not.toBe(other[part]);
  });

  it('opens nothing that was changed', async () => {
    const sealer = sealerOf();
    const value = await sealed(sealer, '王芳');
    const other = await sealed(sealer, '李伟', 'li');
    const { ciphertext, nonce, commitment } = value.$enc;
    const end = Buffer.from(ciphertext, 'base64url').length - 1;
    const tampered = [
      changed(value, { ciphertext: spoilt(ciphertext, 0) }),
      changed(value, { ciphertext: spoilt(ciphertext, end) }),
      changed(value, { ciphertext: '' }),
      changed(value, { ciphertext: ciphertext.slice(0, 4) }),
      changed(value, { nonce: spoilt(nonce, 0) }),
      changed(value, { commitment: spoilt(commitment, 31) }),
      changed(value, { commitment: '' }),
      changed(value, { commitment: (await sealed(sealer, '王芳')).$enc.commitment }),
      changed(value, { keyId: other.$enc.keyId }),
    ];
    for (const [index, broken] of tampered.entries()) await expect(sealer.open(broken), String(index)).rejects.toThrow(SealBroken);
    await expect(sealer.open(tampered[0]!)).rejects.toThrow(`a value sealed under ${value.$enc.keyId} does not open`);
  });

  it('says of an erased subject that there is nothing to read, of others nothing changes', async () => {
    const directory = join(fresh(), 'vault');
    const vault = openVault(directory);
    const sealer = createSealer({ vault, randomBytes });
    const [gone, kept] = [await sealed(sealer, '王芳', 'wang'), await sealed(sealer, '李伟', 'li')];
    await vault.erase('wang');
    for (const one of [sealer, createSealer({ vault: openVault(directory), randomBytes })]) {
      expect(await one.open(gone)).toBeNull();
      expect(await one.open(kept)).toBe('李伟');
    }
    const later = await sealed(sealer, '王芳', 'wang');
    expect([await sealer.open(later), await sealer.open(gone)]).toEqual(['王芳', null]);
  });
});
