import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chance } from '../../src/infra/chance.ts';
import { readConfig } from '../../src/infra/config.ts';
import { isThere, naming, PathFault, pathFaultOf } from '../../src/infra/path-fault.ts';
import { openViewFile } from '../../src/infra/sqlite/view-file.ts';
import { openSqlite } from '../../src/infra/sqlite/database.ts';
import { openStores } from '../../src/infra/stores.ts';
import { wordsFor } from '../../src/refusals.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
const systemError = (code: string, path?: string): Error => Object.assign(new Error(`${code}: it failed`), { code, syscall: 'open', path }); // prettier-ignore
const sqliteError = (said: string): Error => Object.assign(new Error(said), { code: 'ERR_SQLITE_ERROR' });

describe('a fault of a file', () => {
  it.each([
    ['EACCES', '没有访问权限', 'may not be used by this user'],
    ['EPERM', '没有访问权限', 'may not be used by this user'],
    ['EROFS', '位于只读文件系统', 'lies on a read-only file system'],
    ['ENOSPC', '磁盘空间不足', 'lies on a disk that is full'],
    ['EDQUOT', '磁盘配额已用尽', 'of which this user has had the share'],
    ['EIO', '磁盘读写出错', 'cannot be read from or written to its disk'],
    ['ENOENT', '不存在', 'does not exist'],
    ['ENOTDIR', '路径中有一段不是目录', 'has a part in its path that is no directory'],
    ['EISDIR', '是目录，此处应为文件', 'is a directory where a file is wanted'],
    ['EEXIST', '是文件，此处应为目录', 'is a file where a directory is wanted'],
    ['ELOOP', '符号链接成环', 'leads back to itself'],
  ])('%s is told by setting, path and cause, in two languages', (code, zh, en) => {
    const lines = (pathFaultOf(systemError(code, '/data/x'), 'VAULT') as PathFault).message.split('\n');
    expect(lines[0]).toContain(`VAULT: /data/x ${zh}`);
    expect(lines[1]).toMatch(new RegExp(`^VAULT: /data/x .*${en}`));
    expect(wordsFor(systemError(code, '/data/x'))).toMatch(new RegExp(`^/data/x [^]*\n/data/x .*${en}`));
  });

  it.each([
    ['database or disk is full', 'ENOSPC'],
    ['disk I/O error', 'EIO'],
    ['file is not a database', 'NOTADB'],
    ['SqliteError: database disk image is malformed', 'CORRUPT'],
  ])('is heard out of what SQLite says: %s', (said, reason) => {
    const path = join(fresh(), 'events.db');
    expect(pathFaultOf(sqliteError(said), 'EVENT_STORE', path)).toMatchObject({ reason, path });
  });

  it('is none where an error is of another kind, or of no file', () => {
    expect(pathFaultOf(new Error('a bug'), 'VAULT', '/data')).toBeNull();
    expect(pathFaultOf(Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'VAULT', '/data')).toBeNull();
    expect(wordsFor(systemError('EACCES'))).toBeNull();
    expect(wordsFor(new TypeError('a bug'))).toBeNull();
  });

  it('is looked for where SQLite only says that it cannot open a file', () => {
    const folder = fresh();
    writeFileSync(join(folder, 'file'), '');
    const cause = (path: string) => pathFaultOf(Object.assign(sqliteError('unable to open database file'), { path }));
    expect(cause(folder)).toMatchObject({ reason: 'EISDIR', path: folder });
    expect(pathFaultOf(sqliteError('disk I/O error'), '--from', folder)).toMatchObject({ reason: 'EISDIR', path: folder });
    expect(cause(join(folder, 'file', 'events.db'))).toMatchObject({ reason: 'ENOTDIR' });
    expect(cause(join(folder, 'none', 'events.db'))).toMatchObject({ reason: 'ENOENT', path: join(folder, 'none') });
    expect(cause(join(folder, 'file'))).toMatchObject({ reason: 'CANTOPEN' });
    // And where Node says of a folder that may not be made that it is not there: what may not be is the first that is missing.
    const unmade = (path: string) => pathFaultOf(Object.assign(systemError('ENOENT', path), { syscall: 'mkdir' }));
    expect(unmade(join(folder, 'none', 'deeper'))).toMatchObject({ reason: 'ENOENT', path: join(folder, 'none') });
    expect(unmade(join(folder, 'file', 'deeper'))).toMatchObject({ reason: 'ENOTDIR' });
  });

  it('gets its name from whoever knows it, the nearest first, now or later', async () => {
    const fail = (): never => { throw systemError('EACCES', '/x'); }; // prettier-ignore
    expect(() => naming('VAULT', '/v', () => naming('TMPDIR', '/t', fail))).toThrow(/^TMPDIR: \/x /);
    await expect(naming('VAULT', '/v', async () => Promise.reject(systemError('ENOSPC')))).rejects.toThrow(/^VAULT: \/v /);
    expect(() => naming('EVENT_STORE', '/e', () => { throw new PathFault('NOTALEDGER', '/x'); })).toThrow(/^EVENT_STORE: \/x /); // prettier-ignore
    expect(naming('VAULT', '/v', () => 1)).toBe(1);
  });

  it('is not that nothing is there', () => {
    const folder = fresh();
    symlinkSync('loop', join(folder, 'loop'));
    writeFileSync(join(folder, 'file'), '');
    expect([isThere(folder), isThere(join(folder, 'none'))]).toEqual([true, false]);
    expect(() => isThere(join(folder, 'loop'))).toThrow(/ELOOP/);
    expect(() => isThere(join(folder, 'file', 'x'))).toThrow(/ENOTDIR/);
  });
});

describe('stores in files that cannot be used', () => {
  const words = async (environment: Readonly<Record<string, string>>): Promise<string | null> => {
    const config = readConfig({ DATA_DIR: join(fresh(), 'data'), ...environment });
    try {
      const stores = await openStores(config, { draw: chance, synchronous: 'OFF', onError: () => undefined });
      await stores.close();
      return 'they can';
    } catch (error) {
      return wordsFor(error);
    }
  };
  const aFile = (content = 'no database at all, for a page and more'.repeat(200)): string => {
    const path = join(fresh(), 'file');
    writeFileSync(path, content);
    return path;
  };

  it('are named by their setting and path, each with its cause', async () => {
    const [file, folder] = [aFile(), fresh()];
    expect(await words({ DATA_DIR: file })).toContain(`\nDATA_DIR: ${file} is a file where a directory is wanted`);
    expect(await words({ DATA_DIR: join(file, 'data') })).toMatch(/^DATA_DIR: .*\nDATA_DIR: .* no directory/);
    expect(await words({ VAULT: `file:${file}` })).toContain(`\nVAULT: ${file} is a file where a directory is wanted`);
    expect(await words({ READ_STORE: `sqlite:${file}` })).toContain(`\nREAD_STORE: ${file} is a file where a directory is wanted`);
    expect(await words({ EVENT_STORE: `sqlite:${folder}` })).toContain(
      `\nEVENT_STORE: ${folder} is a directory where a file is wanted`,
    );
    expect(await words({ EVENT_STORE: `sqlite:${folder}/none/events.db` })).toContain(
      `\nEVENT_STORE: ${folder}/none does not exist`,
    );
    expect(await words({ EVENT_STORE: `sqlite:${file}` })).toContain(`\nEVENT_STORE: ${file} is no SQLite database`);
  });

  it('are no log where they are another database, and nothing is written into it', async () => {
    const path = join(fresh(), 'view.db');
    await openViewFile(path).close();
    expect(await words({ EVENT_STORE: `sqlite:${path}` })).toContain(`\nEVENT_STORE: ${path} is a database, but no ledger`);
    const db = openSqlite(path);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('log', 'tree', 'events')").all()).toEqual([]);
    db.close();
  });

  it('say of a view that it can be made again, and which it is', async () => {
    const data = join(fresh(), 'data');
    expect(await words({ DATA_DIR: data })).toBe('they can');
    const view = join(data, 'views', 'catalog.db');
    for (const beside of ['', '-wal', '-shm']) rmSync(`${view}${beside}`, { force: true });
    mkdirSync(view);
    expect(await words({ DATA_DIR: data })).toContain(`\nREAD_STORE: ${view} is a directory where a file is wanted`);
    rmSync(view, { recursive: true });
    writeFileSync(view, 'no database at all, for a page and more'.repeat(200));
    expect(await words({ DATA_DIR: data })).toMatch(/READ_STORE: .*catalog\.db is no SQLite database.*rebuild/);
  });
});
