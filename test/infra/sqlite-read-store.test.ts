import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openSqliteReadStore } from '../../src/infra/sqlite-read-store.ts';
import { readStoreContract } from '../contract/read-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'read-store-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let files = 0;
readStoreContract('sqlite', () => Promise.resolve(openSqliteReadStore(join(directory, `read-${String(files++)}.db`))));
