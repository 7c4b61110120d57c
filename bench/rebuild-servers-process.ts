import { openEsdbEventStore } from '../src/infra/esdb/event-store.ts';
import { openMongoReadStore } from '../src/infra/mongo/read-store.ts';
import { openProjector } from '../src/infra/projector/projector.ts';
import { PROJECTIONS } from '../src/projections/index.ts';

/** Fills all views of a log in EventStoreDB (`ESDB`) in an empty MongoDB (`MONGO`); prints the seconds of that alone. */
const log = await openEsdbEventStore({ address: process.env['ESDB'] ?? '' });
const store = await openMongoReadStore({ address: process.env['MONGO'] ?? '' });
const started = performance.now();
const projector = await openProjector({ log, store, projections: PROJECTIONS });
await projector.catchUp();
const seconds = (performance.now() - started) / 1_000;
const stopped = projector.status().find((status) => status.stopped !== undefined);
if (stopped !== undefined) throw new Error(`${stopped.name} stopped: ${stopped.stopped?.error ?? ''}`);
await store.close();
await log.close();
console.log(seconds);
