import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll } from 'vitest';

/** Where a MongoDB (or an engine with its protocol) answers, if there is one: `.ci/run` starts one, anybody may name another. */
export const MONGO_TEST_URL = process.env['MONGO_TEST_URL'];

/** The address with another database in it. */
export const withDatabase = (address: string, name: string): string => {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
};

/** Addresses of databases that no other test has; they are dropped after the file. */
export const freshDatabases = (): (() => string) => {
  const made: string[] = [];
  afterAll(async () => {
    for (const address of made) {
      const client = new MongoClient(address);
      await client.db().dropDatabase();
      await client.close();
    }
  });
  return () => {
    const address = withDatabase(MONGO_TEST_URL ?? '', `hongzhang-test-${randomUUID()}`);
    made.push(address);
    return address;
  };
};
