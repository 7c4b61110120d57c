import { describe, expect, it } from 'vitest';
import { createNonces } from '../../src/infra/nonces.ts';

describe('nonces', () => {
  it('are the random bytes in turn, none used twice, over several draws', () => {
    const drawn: Buffer[] = [];
    let next = 0;
    const nonce = createNonces((size) => {
      const bytes = Buffer.alloc(size);
      for (let index = 0; index < size; index += 4) bytes.writeUInt32BE((next += 1), index);
      drawn.push(bytes);
      return bytes;
    });
    const nonces = Array.from({ length: 1_200 }, nonce);
    expect(drawn.length).toBeGreaterThan(1);
    const all = Buffer.concat(drawn);
    expect(nonces).toEqual(nonces.map((_, index) => all.subarray(index * 16, index * 16 + 16).toString('base64url')));
    expect(nonces[0]).toHaveLength(22);
  });
});
