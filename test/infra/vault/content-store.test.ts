import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { MAX_CONTENT, openContentStore } from '../../../src/infra/vault/content-store.ts';
import { contentStoreContract } from '../../contract/content-store.ts';
import { freshFolders } from '../../support/folders.ts';

const fresh = freshFolders();
const BYTES = Buffer.from('姓名,保障类别\n张三丰,城市低保\n');
const filesOf = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

contentStoreContract('files', () => {
  const directory = fresh();
  return () => Promise.resolve(openContentStore(directory));
});

it('keeps a content in one file under its hash, for its owner alone, and no upload beside it', async () => {
  const directory = fresh();
  const contents = openContentStore(directory);
  const put = (key: string, end: number, total = BYTES.length) =>
    contents.put(key, { start: 0, end, total, bytes: Readable.from([BYTES.subarray(0, end + 1)]) });
  await put('one', 9);
  expect(filesOf(join(directory, 'contents'))).toEqual([]);
  await put('one', BYTES.length - 1);
  await put('two', BYTES.length - 1);
  await expect(put('three', 9, MAX_CONTENT + 1)).rejects.toThrow();
  const [file = '', ...others] = filesOf(directory);
  expect(others).toEqual([]);
  expect(file.endsWith(createHash('sha256').update(BYTES).digest('hex'))).toBe(true);
  expect(readFileSync(file)).toEqual(BYTES);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('ends an upload that was cut off between its last byte and its end by the repeat of the last chunk', async () => {
  const directory = fresh();
  const contents = openContentStore(directory);
  const put = (start: number, end: number) =>
    contents.put('one', { start, end, total: BYTES.length, bytes: Readable.from([BYTES.subarray(start, end + 1)]) });
  await put(0, 9);
  const [partial = ''] = filesOf(directory);
  writeFileSync(partial, BYTES);
  const sha256 = createHash('sha256').update(BYTES).digest('hex');
  expect(await put(10, BYTES.length - 1)).toEqual({ done: true, sha256, bytes: BYTES.length });
});
