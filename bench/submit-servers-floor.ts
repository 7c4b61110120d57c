import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, NO_STREAM, type JSONEventType } from '@eventstore/db-client';
import { readConfig } from '../src/infra/config.ts';
import { serveFloor } from './floor-app.ts';

/** The floor of `submit-servers`: the same bytes appended through the bare client to a stream of their own. `ESDB` is the server. */
const client = EventStoreDBClient.connectionString(process.env['ESDB'] ?? '');

type Stored = JSONEventType<string, Record<string, unknown>>;

await serveFloor(readConfig(process.env), async (_, texts) => {
  const events = texts.map((text) => {
    const data = JSON.parse(text) as Record<string, unknown>;
    return jsonEvent<Stored>({ id: randomUUID(), type: String(data['type']), data });
  });
  const { position } = await client.appendToStream(`floor-${randomUUID()}`, events, { expectedRevision: NO_STREAM });
  return Number(position?.commit ?? -1);
});
