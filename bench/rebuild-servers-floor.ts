import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { EventStoreDBClient } from '@eventstore/db-client';
import { MongoClient, type AnyBulkWriteOperation } from 'mongodb';
import type { Commit } from './rebuild-recording.ts';

/**
 * The floor of `rebuild-servers`: the ledger read once through the bare client with its links resolved, and the same
 * documents and versions written ready-made by the bare driver, a bulk write a commit and table, with the same
 * acknowledgement and no index but `_id`. `ESDB` and `MONGO` are the servers, `LEDGER` the stream, `RECORDING` the commits.
 */
const { ESDB = '', LEDGER = '', MONGO = '', RECORDING = '' } = process.env;

type Row = { readonly _id: string; readonly seq: number; readonly position: number; readonly json: string | null };

const esdb = EventStoreDBClient.connectionString(ESDB);
const client = new MongoClient(MONGO, { writeConcern: { w: 'majority', journal: true } });
const tableOf = (name: string) => client.db().collection<Row>(name);
await client.connect();
let milliseconds = 0;
const timed = async (work: () => Promise<unknown>): Promise<void> => {
  const started = performance.now();
  await work();
  milliseconds += performance.now() - started;
};

await timed(async () => {
  let read = 0;
  for await (const { event } of esdb.readStream(LEDGER, { resolveLinkTos: true })) if (event !== undefined) read += 1;
  if (read === 0) throw new Error('an empty ledger');
});
for await (const line of createInterface({ input: createReadStream(RECORDING) })) {
  const { projection, documents, versions } = JSON.parse(line) as Commit;
  const upserts = documents.map(([seq, _id, position, json]): AnyBulkWriteOperation<Row> => ({ replaceOne: { filter: { _id }, replacement: { seq, position, json }, upsert: true } })); // prettier-ignore
  const rows = versions.map(([seq, id, position, json]): Row => ({ _id: `${id} ${String(position)}`, seq, position, json }));
  await timed(async () => {
    if (upserts.length > 0) await tableOf(projection).bulkWrite(upserts, { ordered: false });
    if (rows.length > 0) await tableOf(`${projection}-versions`).insertMany(rows, { ordered: false });
  });
}
await client.close();
await esdb.dispose();
console.log(milliseconds / 1_000);
