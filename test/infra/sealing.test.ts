import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personal, type Sealed } from '../../src/domain/personal.ts';
import { createSealer, SealBroken } from '../../src/infra/sealing.ts';
import { openVault } from '../../src/infra/vault.ts';
import { freshFolders } from '../support/folders.ts';
import { memoryVault } from '../support/ledger.ts';

const fresh = freshFolders();
const sealerOf = (vault = memoryVault()) => createSealer({ vault, randomBytes });
const sealed = (sealer: ReturnType<typeof sealerOf>, text: string, subject = 'wang'): Sealed =>
  sealer.sealPersonal(personal(text, subject)) as Sealed;
const changed = ({ $enc }: Sealed, part: Partial<Sealed['$enc']>): Sealed => ({ $enc: { ...$enc, ...part } });
/** The same text with one bit turned. */
const spoilt = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64url');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64url');
};

describe('sealing', () => {
  it('opens to what was sealed, and shows nothing of it', () => {
    const sealer = sealerOf();
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const value = sealed(sealer, text);
        expect(sealer.open(value)).toBe(text);
        if (text.length > 3) expect(JSON.stringify(value)).not.toContain(text);
      }),
      { numRuns: 200 },
    );
  });

  it('seals every personal part, however deep, and leaves the rest as the very same', () => {
    const sealer = sealerOf();
    const plain = { a: [1, { b: null }], c: 'text' };
    expect(sealer.sealPersonal(plain)).toBe(plain);
    const value = { keep: plain, list: [personal('王芳', 'wang'), 'x'], deep: { name: personal('李伟', 'li') } };
    const result = sealer.sealPersonal(value) as { keep: unknown; list: [Sealed, string]; deep: { name: Sealed } };
    expect(result.keep).toBe(plain);
    expect([sealer.open(result.list[0]), result.list[1], sealer.open(result.deep.name)]).toEqual(['王芳', 'x', '李伟']);
    expect(result.list[0].$enc.keyId).not.toBe(result.deep.name.$enc.keyId);
  });

  it('tells nobody that two values are equal', () => {
    const sealer = sealerOf();
    const [one, other] = [sealed(sealer, '王芳').$enc, sealed(sealer, '王芳').$enc];
    expect(one.keyId).toBe(other.keyId);
    for (const part of ['nonce', 'ciphertext', 'commitment'] as const) expect(one[part]).not.toBe(other[part]);
  });

  it('opens nothing that was changed', () => {
    const sealer = sealerOf();
    const value = sealed(sealer, '王芳');
    const other = sealed(sealer, '李伟', 'li');
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
      changed(value, { commitment: sealed(sealer, '王芳').$enc.commitment }),
      changed(value, { keyId: other.$enc.keyId }),
    ];
    for (const [index, broken] of tampered.entries()) expect(() => sealer.open(broken), String(index)).toThrow(SealBroken);
    expect(() => sealer.open(tampered[0]!)).toThrow(`a value sealed under ${value.$enc.keyId} does not open`);
  });

  it('says of an erased subject that there is nothing to read, of others nothing changes', () => {
    const directory = join(fresh(), 'vault');
    const vault = openVault(directory);
    const sealer = createSealer({ vault, randomBytes });
    const [gone, kept] = [sealed(sealer, '王芳', 'wang'), sealed(sealer, '李伟', 'li')];
    vault.erase('wang');
    for (const one of [sealer, createSealer({ vault: openVault(directory), randomBytes })]) {
      expect(one.open(gone)).toBeNull();
      expect(one.open(kept)).toBe('李伟');
    }
    const later = sealed(sealer, '王芳', 'wang');
    expect([sealer.open(later), sealer.open(gone)]).toEqual(['王芳', null]);
  });
});
