import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why a file or directory cannot be used, in Chinese and English: the system's codes, SQLite's, and one of our own. */
const CAUSES = {
  ENOENT: ['不存在', 'does not exist'],
  ENOTDIR: ['路径中有一段不是目录', 'has a part in its path that is no directory'],
  EISDIR: ['是目录，此处应为文件', 'is a directory where a file is wanted'],
  EEXIST: ['是文件，此处应为目录', 'is a file where a directory is wanted'],
  ELOOP: ['符号链接成环', 'is a symbolic link that leads back to itself'],
  ENAMETOOLONG: ['路径过长', 'is too long a path'],
  EACCES: ['没有访问权限', 'may not be used by this user'],
  EPERM: ['没有访问权限', 'may not be used by this user'],
  EROFS: ['位于只读文件系统', 'lies on a read-only file system'],
  ENOSPC: ['磁盘空间不足', 'lies on a disk that is full'],
  EDQUOT: ['磁盘配额已用尽', 'lies on a disk of which this user has had the share'],
  EIO: ['磁盘读写出错', 'cannot be read from or written to its disk'],
  CANTOPEN: ['无法打开', 'cannot be opened'],
  NOTADB: ['不是 SQLite 数据库', 'is no SQLite database'],
  CORRUPT: ['是已损坏的 SQLite 数据库', 'is a damaged SQLite database'],
  NOTALEDGER: ['是数据库，但不是洪账账本', 'is a database, but no ledger of Hongzhang'],
} as const;
export type PathCause = keyof typeof CAUSES;

/** What SQLite says. Its words, not its codes: an error that comes out of a thread has no more than those. */
const SAID_BY_SQLITE: readonly (readonly [RegExp, PathCause])[] = [
  [/unable to open database file|attempt to write a readonly database|access permission denied/, 'CANTOPEN'],
  [/file is not a database/, 'NOTADB'],
  [/database disk image is malformed/, 'CORRUPT'],
  [/database or disk is full/, 'ENOSPC'],
  [/disk I\/O error/, 'EIO'],
];

const isCause = (code: unknown): code is PathCause => typeof code === 'string' && Object.hasOwn(CAUSES, code);

const codeOf = (error: unknown): PathCause | undefined => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return isCause(code) ? code : SAID_BY_SQLITE.find(([said]) => said.test(String(message)))?.[1];
};

/** The cause in both languages, as it stands in a sentence about a file; the code itself where nobody has words for it. */
export const causeInWords = (error: unknown): string => {
  const code = codeOf(error);
  return code === undefined ? ((error as NodeJS.ErrnoException).code ?? 'unknown') : CAUSES[code].join(' ');
};

/** SQLite says of many things that it cannot open a file, and of a directory, and of no room for its `-shm`, that the disk failed. */
const SAID_OF_MANY: readonly PathCause[] = ['CANTOPEN', 'EIO'];
/** Node says of a folder that it may not make (`recursive`) that it is not there. */
const isVague = (cause: PathCause, { code, syscall }: NodeJS.ErrnoException): boolean =>
  cause === code ? cause === 'ENOENT' && syscall === 'mkdir' : SAID_OF_MANY.includes(cause);

/** What a SQLite file needs beside it before it can be opened. Bytes. */
const LEAST_SPACE = 65_536;

/** Why a file or folder could not be opened or made, as the file system says it; and what the reason lies in. */
const lookedFor = (path: string, said: PathCause): readonly [PathCause, string] => {
  const asked = (what: () => PathCause | null): PathCause | null => {
    try {
      return what();
    } catch (error) {
      return codeOf(error) ?? null;
    }
  };
  const folder = dirname(path);
  const { R_OK, W_OK, X_OK } = constants;
  const ofFolder = asked(() => (statSync(folder).isDirectory() ? null : 'ENOTDIR'));
  if (ofFolder === 'ENOENT') return said === 'ENOENT' ? lookedFor(folder, said) : [ofFolder, folder];
  if (ofFolder !== null) return [ofFolder, path];
  const ofFile = asked(() => {
    if (statSync(path).isDirectory()) return 'EISDIR';
    accessSync(path, R_OK | W_OK);
    return null;
  });
  if (ofFile !== null && ofFile !== 'ENOENT') return [ofFile, path];
  const toWrite = asked(() => {
    accessSync(folder, W_OK | X_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < LEAST_SPACE ? 'ENOSPC' : null;
  });
  return toWrite === null ? [said, path] : [toWrite, folder];
};

/** What an operator can do about it, beyond what the cause says. */
const ADVICE: Readonly<Partial<Record<PathCause, readonly [string, string]>>> = {
  NOTADB: ['请核对路径。', 'Check the path.'],
  CORRUPT: ['请从备份恢复。', 'Restore it from a backup.'],
  NOTALEDGER: ['请核对路径。', 'Check the path.'],
};
const REBUILD = [
  '视图可由账本重建：请停止服务后运行 node dist/cli.js rebuild。',
  'A view cannot be read, and can be made again from the log. Stop the service and run: node dist/cli.js rebuild',
] as const;

/** A file or directory that an operator has named cannot be used. Says by which setting, where, and why, in both languages. */
export class PathFault extends Error {
  readonly reason: PathCause;
  readonly path: string;
  /** The variable or option; null where it is not known yet. */
  readonly setting: string | null;
  constructor(reason: PathCause, path: string, name: string | null = null, options?: ErrorOptions) {
    const [zh, en] = CAUSES[reason];
    const isView = name === 'READ_STORE' && (reason === 'NOTADB' || reason === 'CORRUPT');
    const [zhAdvice, enAdvice] = isView ? REBUILD : (ADVICE[reason] ?? ['', '']);
    const setting = name === null ? '' : `${name}: `;
    super(`${setting}${path} ${zh}。${zhAdvice}\n${setting}${path} ${en}. ${enAdvice}`.trimEnd(), options);
    this.name = 'PathFault';
    this.reason = reason;
    this.path = path;
    this.setting = name;
  }
}

/** The fault that an error of the file system or of SQLite tells of; null where it tells of none. `fallback` is what was to be opened. */
export const pathFaultOf = (error: unknown, name: string | null = null, fallback?: string): PathFault | null => {
  if (error instanceof PathFault) return error.setting === null ? new PathFault(error.reason, error.path, name) : error;
  if (!(error instanceof Error)) return null;
  const { path = fallback } = error as NodeJS.ErrnoException;
  const cause = codeOf(error);
  if (cause === undefined || path === undefined) return null;
  const [reason, at] = isVague(cause, error) ? lookedFor(path, cause) : [cause, path];
  return new PathFault(reason, at, name, { cause: error });
};

/** Does work on a place in files that `name` stands for; a fault of the operator's is told with that name. Throws `PathFault`. */
export const naming = <T>(name: string, path: string, work: () => T): T => {
  const named = (error: unknown): unknown => pathFaultOf(error, name, path) ?? error;
  try {
    const done = work();
    return done instanceof Promise ? (done.catch((error: unknown) => { throw named(error); }) as T) : done; // prettier-ignore
  } catch (error) {
    throw named(error);
  }
};

/** Whether there is something at a path. What may not be looked at is not said to be missing: that throws. */
export const isThere = (path: string): boolean => {
  try {
    statSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};
