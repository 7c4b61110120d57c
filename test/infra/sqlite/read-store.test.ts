import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSqliteReadStore } from '../../../src/infra/sqlite/read-store.ts';
import { openViewFile } from '../../../src/infra/sqlite/view-file.ts';
import { openSqlite } from '../../../src/infra/sqlite/database.ts';
import type { Projection } from '../../../src/projections/projection.ts';
import { readStoreContract } from '../../contract/read-store.ts';
import { SAMPLE } from '../../support/sample-projection.ts';

const directory = mkdtempSync(join(tmpdir(), 'read-store-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

let files = 0;
readStoreContract('sqlite', () => {
  const path = join(directory, `read-${String(files++)}`);
  return () => Promise.resolve(openSqliteReadStore(path));
});

it('lets go of the snapshot of a dump, so that the WAL can be emptied while the service runs', async () => {
  const path = join(directory, 'dumped.db');
  const store = openViewFile(path);
  const sample = SAMPLE as unknown as Projection;
  await store.prepare(sample);
  const commit = async (from: number): Promise<void> => {
    const document = { id: 'a', names: ['甲'], parent: null, note: String(from) };
    const written = [{ id: 'a', document, position: from + 1 }];
    await store.commit(
      sample,
      from,
      { logId: 'log', position: from + 1, eventId: 'e', shared: { registered: 1 } },
      written,
      written,
    );
  };
  await commit(-1);
  for await (const row of store.dump(sample)) expect(row.id).toBe('a');
  await commit(0);
  const other = openSqlite(path);
  expect(other.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()).toEqual({ busy: 0, log: 0, checkpointed: 0 });
  other.close();
  await store.close();
});
