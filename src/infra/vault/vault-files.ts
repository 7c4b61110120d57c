import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isThere } from '../path-fault.ts';

/** Somebody else could read the vault: the service does not start on it. */
export class VaultOpenToOthers extends Error {
  constructor(path: string, mode: number) {
    const open = (mode & 0o777).toString(8);
    super(
      `${path} 的权限为 ${open}，他人可读取密钥。请运行：chmod -R go-rwx ${path}\n` +
        `${path} has mode ${open}: others may read the keys. Run: chmod -R go-rwx ${path}`,
    );
    this.name = 'VaultOpenToOthers';
  }
}

const sync = (path: string): void => {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

/** Makes a directory for this user alone; throws `VaultOpenToOthers` for one that others may enter. */
export const privateDirectory = (path: string): void => {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) throw new VaultOpenToOthers(path, mode);
};

/** Writes a file for this user alone so that after a crash it is there whole or not at all: tmp, fsync, rename, fsync of the directory. */
export const writeDurably = (path: string, content: Buffer | string): void => {
  privateDirectory(dirname(path));
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  sync(dirname(path));
};

/** The file's content, or undefined where there is none. Throws `VaultOpenToOthers` for one that others may read. */
export const readPrivate = (path: string): Buffer | undefined => {
  if (!isThere(path)) return undefined;
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) throw new VaultOpenToOthers(path, mode);
  return readFileSync(path);
};

const destroy = (path: string): void => {
  const handle = openSync(path, 'r+');
  try {
    writeSync(handle, randomBytes(statSync(path).size));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  rmSync(path);
};

/** Overwrites and removes a file, durably: how a key dies. With it dies what writers that were killed left of it (`writeDurably`). */
export const eraseFile = (path: string): void => {
  const folder = dirname(path);
  if (!existsSync(folder)) return;
  const beside = readdirSync(folder).filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.tmp'));
  for (const name of beside) destroy(join(folder, name));
  if (existsSync(path)) destroy(path);
  sync(folder);
};

/** Where a vault of files keeps what. */
export const vaultPaths = (directory: string) => {
  const inGroups =
    (folder: string) =>
    (name: string): string =>
      `${directory}/${folder}/${name.slice(0, 2)}/${name}`;
  return {
    service: (name: string): string => `${directory}/service/${name}.key`,
    key: inGroups('keys'),
    subject: inGroups('subjects'),
    credential: (account: string): string => `${directory}/credentials/${account}`,
    revoked: `${directory}/revoked-tokens`,
    content: inGroups('contents'),
    uploads: `${directory}/uploads`,
    unfinished: `${directory}/unfinished-copy`,
  };
};

/** The signed-out tokens of a vault's file, with when they expire. */
export const revokedIn = (path: string): readonly (readonly [string, number])[] =>
  (readPrivate(path)?.toString('utf8') ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ') as [string, string])
    .map(([jti, end]) => [jti, Number(end)] as const);

export const revokedLine = (jti: string, expiresAt: number): string => `${jti} ${String(expiresAt)}\n`;
