import { beforeEach, describe, expect, it } from 'vitest';
import type { Vault } from '../../src/infra/vault/vault.ts';

const ACCOUNT = 'a1b2c3d4-0000-4000-8000-000000000001';
const OTHER = 'a1b2c3d4-0000-4000-8000-000000000002';

/** Runs the port's promises against one adapter. `fresh` gives an empty place; what opens it twice is two processes, or a restart. */
export const vaultContract = (adapter: string, fresh: () => () => Promise<Vault>): void => {
  describe(`vault contract: ${adapter}`, () => {
    let open: () => Promise<Vault>;
    let vault: Vault;
    beforeEach(async () => {
      open = fresh();
      vault = await open();
    });

    it('makes its service keys once: 32 bytes each, all different, the same after a restart', async () => {
      const keysOf = (from: Vault) =>
        (['request-hash', 'names', 'cursor', 'tokens'] as const).map((name) => from.serviceKey(name).toString('hex'));
      const first = keysOf(vault);
      expect(first.map((key) => key.length)).toEqual([64, 64, 64, 64]);
      expect(new Set(first).size).toBe(4);
      expect(keysOf(await open())).toEqual(first);
    });

    it('gives a subject one key, durably, and no two the same', async () => {
      const mine = await vault.keyOf(ACCOUNT);
      expect(mine.key).toHaveLength(32);
      expect(await vault.keyOf(ACCOUNT)).toEqual(mine);
      const again = await open();
      expect(await again.keyOf(ACCOUNT)).toEqual(mine);
      expect(await again.keyById(mine.keyId)).toEqual(mine.key);
      const other = await again.keyOf(OTHER);
      expect(other.keyId).not.toBe(mine.keyId);
      expect(other.key.equals(mine.key)).toBe(false);
      expect(mine.keyId).not.toContain(ACCOUNT);
    });

    it('gives all who ask at once the same key', async () => {
      const keys = await Promise.all(Array.from({ length: 10 }, () => vault.keyOf(ACCOUNT)));
      expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
      expect(await vault.keyById(keys[0]!.keyId)).toEqual(keys[0]!.key);
    });

    it('knows no key by an id that it never gave', async () => {
      expect(await vault.keyById(OTHER)).toBeUndefined();
    });

    it('erases a key for good, also where it is asked twice or has nothing to erase', async () => {
      const { keyId } = await vault.keyOf(ACCOUNT);
      await vault.erase(ACCOUNT);
      expect(await vault.keyById(keyId)).toBeUndefined();
      expect(await (await open()).keyById(keyId)).toBeUndefined();
      await vault.erase(ACCOUNT);
      await vault.erase('nobody');
      expect(await vault.keyById(keyId)).toBeUndefined();
    });

    it('seals what comes after an erasure under another key', async () => {
      const first = await vault.keyOf(ACCOUNT);
      await vault.erase(ACCOUNT);
      const second = await vault.keyOf(ACCOUNT);
      expect(second.keyId).not.toBe(first.keyId);
      expect(second.key.equals(first.key)).toBe(false);
      expect(await vault.keyById(first.keyId)).toBeUndefined();
      expect(await (await open()).keyOf(ACCOUNT)).toEqual(second);
    });

    it('keeps credentials, the last one given', async () => {
      expect(await vault.credential(ACCOUNT)).toBeUndefined();
      await vault.setCredential(ACCOUNT, 'one');
      await vault.setCredential(ACCOUNT, 'two');
      expect(await (await open()).credential(ACCOUNT)).toBe('two');
      expect(await vault.credential(OTHER)).toBeUndefined();
    });

    it('keeps the tokens signed out until they would have ended, and no longer', async () => {
      expect(await vault.revokedTokens(0)).toEqual(new Map());
      await vault.revokeToken('jti-1', 100);
      await vault.revokeToken('jti-2', 200);
      await vault.revokeToken('jti-2', 200);
      const again = await open();
      expect(new Map([...(await again.revokedTokens(99))].sort())).toEqual(new Map([['jti-1', 100], ['jti-2', 200]])); // prettier-ignore
      expect(await again.revokedTokens(100)).toEqual(new Map([['jti-2', 200]]));
      expect(await vault.revokedTokens(0)).toEqual(new Map([['jti-2', 200]]));
    });

    it.each(['', '../service/tokens.key', 'a/b', '.', 'a'.repeat(81), 'a\u0000', '$where'])(
      'takes no name that could be a path or an operator: %j',
      async (name) => {
        await expect(vault.keyById(name)).rejects.toThrow('not a vault name');
        await expect(vault.keyOf(name)).rejects.toThrow('not a vault name');
        await expect(vault.erase(name)).rejects.toThrow('not a vault name');
        await expect(vault.credential(name)).rejects.toThrow('not a vault name');
        await expect(vault.setCredential(name, 'x')).rejects.toThrow('not a vault name');
      },
    );
  });
};
