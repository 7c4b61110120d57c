import { describe } from 'vitest';
import { openMongoReadStore } from '../../../src/infra/mongo/read-store.ts';
import { readStoreContract } from '../../contract/read-store.ts';
import { freshDatabases, MONGO_TEST_URL } from '../../support/mongo.ts';

describe.skipIf(MONGO_TEST_URL === undefined)('on a server', { timeout: 120_000 }, () => {
  const fresh = freshDatabases();
  readStoreContract('mongodb', () => openMongoReadStore({ address: fresh() }));
});
