import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DirectoryTaken, takeDirectory } from '../../src/infra/data-directory.ts';
import { wordsFor } from '../../src/refusals.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
const MODULE = new URL('../../src/infra/data-directory.ts', import.meta.url).href;

describe('the data directory', () => {
  it('is made where there is none, and is for its owner alone', () => {
    const directory = join(fresh(), 'a', 'b');
    takeDirectory(directory).release();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const open = join(fresh(), 'open');
    mkdirSync(open);
    chmodSync(open, 0o755);
    takeDirectory(open).release();
    expect(statSync(open).mode & 0o777).toBe(0o700);
  });

  it('is taken by one at a time; the second is told which, in two languages', () => {
    const directory = fresh();
    const taken = takeDirectory(directory);
    expect(() => takeDirectory(directory)).toThrow(DirectoryTaken);
    expect(() => takeDirectory(directory)).toThrow(`另一个洪账进程正在使用数据目录 ${directory}`);
    expect(() => takeDirectory(directory)).toThrow(`Another Hongzhang process is using the data directory ${directory}.`);
    takeDirectory(fresh()).release();
    taken.release();
    takeDirectory(directory).release();
  });

  it('is free again once the process that took it was killed', async () => {
    const directory = fresh();
    const code = `import { takeDirectory } from ${JSON.stringify(MODULE)}; takeDirectory(${JSON.stringify(directory)}); console.log('taken'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code]);
    await once(child.stdout, 'data');
    expect(() => takeDirectory(directory)).toThrow(DirectoryTaken);
    child.kill('SIGKILL');
    await once(child, 'exit');
    takeDirectory(directory).release();
  });

  it('that cannot be written says so, not that it is taken', () => {
    const file = join(fresh(), 'service.lock');
    mkdirSync(file);
    let caught: unknown;
    try {
      takeDirectory(join(file, '..'));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(Error);
    expect(caught).not.toBeInstanceOf(DirectoryTaken);
    expect(wordsFor(caught)).toContain(`\n${file} is a directory where a file is wanted`);
  });
});
