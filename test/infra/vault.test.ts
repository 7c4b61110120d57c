import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VaultOpenToOthers } from '../../src/infra/vault-files.ts';
import { openVault } from '../../src/infra/vault.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
const freshVault = (): string => join(fresh(), 'vault');
const filesOf = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name));
const ACCOUNT = 'a1b2c3d4-0000-4000-8000-000000000001';

describe('the vault', () => {
  it('is for its owner alone: directories 0700, files 0600', () => {
    const directory = freshVault();
    const vault = openVault(directory);
    vault.keyOf(ACCOUNT);
    vault.setCredential(ACCOUNT, 'stored form');
    const modes = [directory, ...filesOf(directory)].map((path) => {
      const stat = statSync(path);
      return [stat.isDirectory() ? 'directory' : 'file', (stat.mode & 0o777).toString(8)].join(' ');
    });
    expect(new Set(modes)).toEqual(new Set(['directory 700', 'file 600']));
    expect(filesOf(directory).filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });

  it('does not open where others may enter, and says what to do', () => {
    const directory = freshVault();
    openVault(directory);
    chmodSync(directory, 0o750);
    expect(() => openVault(directory)).toThrow(VaultOpenToOthers);
    expect(() => openVault(directory)).toThrow(
      `${directory} has mode 750: others may read the keys. Run: chmod -R go-rwx ${directory}`,
    );
  });

  it('does not read a key that others may read', () => {
    const directory = freshVault();
    const { keyId } = openVault(directory).keyOf(ACCOUNT);
    const path = filesOf(directory).find((file) => file.endsWith(keyId)) ?? '';
    chmodSync(path, 0o604);
    expect(() => openVault(directory).keyById(keyId)).toThrow(VaultOpenToOthers);
  });

  it('makes its service keys once: 32 bytes each, all different, the same after a restart', () => {
    const directory = freshVault();
    const keys = () => {
      const vault = openVault(directory);
      return (['request-hash', 'names', 'cursor', 'tokens'] as const).map((name) => vault.serviceKey(name).toString('hex'));
    };
    const first = keys();
    expect(first.map((key) => key.length)).toEqual([64, 64, 64, 64]);
    expect(new Set(first).size).toBe(4);
    expect(keys()).toEqual(first);
  });

  it('gives a subject one key, durably, and no two the same', () => {
    const directory = freshVault();
    const vault = openVault(directory);
    const mine = vault.keyOf(ACCOUNT);
    expect(mine.key).toHaveLength(32);
    expect(vault.keyOf(ACCOUNT)).toEqual(mine);
    const again = openVault(directory);
    expect(again.keyOf(ACCOUNT)).toEqual(mine);
    expect(again.keyById(mine.keyId)).toEqual(mine.key);
    const other = again.keyOf(`${ACCOUNT.slice(0, -1)}2`);
    expect(other.keyId).not.toBe(mine.keyId);
    expect(other.key.equals(mine.key)).toBe(false);
    expect(mine.keyId).not.toContain(ACCOUNT);
  });

  it('erases a key for good, and leaves no copy of it in any file', () => {
    const directory = freshVault();
    const vault = openVault(directory);
    const { keyId, key } = vault.keyOf(ACCOUNT);
    vault.erase(ACCOUNT);
    expect(vault.keyById(keyId)).toBeUndefined();
    expect(openVault(directory).keyById(keyId)).toBeUndefined();
    for (const file of filesOf(directory)) if (statSync(file).isFile()) expect(readFileSync(file).includes(key)).toBe(false);
    vault.erase(ACCOUNT);
    vault.erase('nobody');
  });

  it('seals what comes after an erasure under another key', () => {
    const vault = openVault(freshVault());
    const first = vault.keyOf(ACCOUNT);
    vault.erase(ACCOUNT);
    const second = vault.keyOf(ACCOUNT);
    expect(second.keyId).not.toBe(first.keyId);
    expect(second.key.equals(first.key)).toBe(false);
    expect(vault.keyById(first.keyId)).toBeUndefined();
  });

  it('keeps credentials, the last one given', () => {
    const directory = freshVault();
    const vault = openVault(directory);
    expect(vault.credential(ACCOUNT)).toBeUndefined();
    vault.setCredential(ACCOUNT, 'one');
    vault.setCredential(ACCOUNT, 'two');
    expect(openVault(directory).credential(ACCOUNT)).toBe('two');
  });

  it.each(['', '../service/tokens.key', 'a/b', '.', 'a'.repeat(81), 'a\u0000'])('takes no name that is a path: %j', (name) => {
    const vault = openVault(freshVault());
    expect(() => vault.keyById(name)).toThrow('not a vault name');
    expect(() => vault.keyOf(name)).toThrow('not a vault name');
    expect(() => vault.credential(name)).toThrow('not a vault name');
    expect(() => { vault.setCredential(name, 'x'); }).toThrow('not a vault name'); // prettier-ignore
  });

  it('overlooks what a crash left half-written', () => {
    const directory = freshVault();
    const { keyId } = openVault(directory).keyOf(ACCOUNT);
    const path = filesOf(directory).find((file) => file.endsWith(keyId)) ?? '';
    writeFileSync(`${path}.0123456789ab.tmp`, 'half', { mode: 0o600 });
    expect(openVault(directory).keyOf(ACCOUNT).keyId).toBe(keyId);
  });
});
