import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VaultOpenToOthers } from '../../../src/infra/vault/vault-files.ts';
import { openVault } from '../../../src/infra/vault/vault.ts';
import { vaultContract } from '../../contract/vault.ts';
import { freshFolders } from '../../support/folders.ts';

const fresh = freshFolders();
const freshVault = (): string => join(fresh(), 'vault');
const filesOf = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name));
const ACCOUNT = 'a1b2c3d4-0000-4000-8000-000000000001';

vaultContract('files', () => {
  const directory = freshVault();
  return () => Promise.resolve(openVault(directory));
});

describe('the vault', () => {
  it('is for its owner alone: directories 0700, files 0600', async () => {
    const directory = freshVault();
    const vault = openVault(directory);
    await vault.keyOf(ACCOUNT);
    await vault.setCredential(ACCOUNT, 'stored form');
    await vault.revokeToken('jti-1', 100);
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

  it('does not read a key that others may read', async () => {
    const directory = freshVault();
    const { keyId } = await openVault(directory).keyOf(ACCOUNT);
    const path = filesOf(directory).find((file) => file.endsWith(keyId)) ?? '';
    chmodSync(path, 0o604);
    await expect(openVault(directory).keyById(keyId)).rejects.toThrow(VaultOpenToOthers);
  });

  it('leaves no copy of an erased key in any file', async () => {
    const directory = freshVault();
    const vault = openVault(directory);
    const { key } = await vault.keyOf(ACCOUNT);
    const path = filesOf(directory).find((file) => statSync(file).isFile() && readFileSync(file).includes(key)) ?? '';
    // As a writer leaves it that was killed before it gave the file its name.
    writeFileSync(`${path}.0123456789ab.tmp`, key);
    await vault.erase(ACCOUNT);
    expect(filesOf(directory).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    for (const file of filesOf(directory)) if (statSync(file).isFile()) expect(readFileSync(file).includes(key)).toBe(false);
  });

  it('overlooks what a crash left half-written', async () => {
    const directory = freshVault();
    const { keyId } = await openVault(directory).keyOf(ACCOUNT);
    const path = filesOf(directory).find((file) => file.endsWith(keyId)) ?? '';
    writeFileSync(`${path}.0123456789ab.tmp`, 'half', { mode: 0o600 });
    expect((await openVault(directory).keyOf(ACCOUNT)).keyId).toBe(keyId);
  });
});
