import { describe, expect, it } from 'vitest';
import { isSealed, isUnsealed, personal } from '../../src/domain/personal.ts';

const sealed = { $enc: { keyId: 'k', nonce: 'n', ciphertext: 'c', commitment: 'h' } };

describe('personal data (decision 16)', () => {
  it('is marked with the subject whose key seals it', () => {
    expect(personal('王芳', 'account-1')).toStrictEqual({ $personal: '王芳', subject: 'account-1' });
  });

  it('is known on its way to the log', () => {
    const values = [personal('', ''), { $personal: 'x' }, { subject: 'x' }, sealed, 'text', 7, null, undefined];
    expect(values.map(isUnsealed)).toStrictEqual([true, false, false, false, false, false, false, false]);
  });

  it('is known in the log', () => {
    const values = [sealed, personal('x', 'y'), {}, '$enc', null, undefined];
    expect(values.map(isSealed)).toStrictEqual([true, false, false, false, false, false]);
  });
});
