import type { Collection as Rows } from 'mongodb';
import type { Position } from '../../domain/envelope.ts';
import type { Filter } from '../../projections/filter.ts';
import type { Document, Projection } from '../../projections/projection.ts';
import type { ProjectionRef, ReadStore, SortKey } from '../../projections/read-store.ts';
import { inTime } from '../command-budget.ts';
import { shapeOf, ShapeChanged, titleOf } from '../projection-shape.ts';
import { databaseOf, openClient, reaching, translated } from './client.ts';
import { BY_BIRTH, BY_ID, collectionName, collectionOf, indexesOf, type Collection, type Row } from './collection.ts';
import { bothParts, readRows, readViewOf } from './read-view.ts';
import { registryOf } from './registry.ts';
import { createCollector } from './superseded.ts';
import { endOvertaken, placesOf, planBatch, writeBatch, type Places } from './writer.ts';

export type MongoReadStoreOptions = {
  /** `mongodb://…`; the database it names, or `hongzhang`. */
  readonly address: string;
  /** Milliseconds that never go back; for how long ended rows stay. */
  readonly now?: () => number;
};

/** Documents per step of a `matching`: bounds memory, not answers. */
const STEP = 500;

/** How long a query waits to hear where its view stands: the driver may need half a minute to notice that nobody answers. Milliseconds. */
const HEARD = { budget: 4_000, answers: 4_000 };

type Dumped = ReturnType<ReadStore['dump']> extends AsyncIterable<infer Each> ? Each : never;

/** What a worker knows of a projection that it feeds: its checkpoint, and where the documents it has asked for lie. */
type Feeding = {
  readonly collection: Collection;
  position: Position;
  /** The shared state last read or written, so that one that did not change is not written again. */
  shared: unknown;
  places: Places;
  readonly collect: ReturnType<typeof createCollector>;
};

/**
 * Read models in MongoDB, without transactions, change streams, collations, or details of errors. A document is the rows
 * of its states (`Row`); a checkpoint makes those up to its position seen, all at once, by one compare-and-set. So a
 * snapshot is a position; a worker that died half-way, or lost its lease, has written nothing that anybody sees and
 * nothing that is wrong; and a batch begun again folds from what stood at the checkpoint, whatever lies beyond it.
 */
export const openMongoReadStore = async ({ address, now = () => performance.now() }: MongoReadStoreOptions): Promise<ReadStore> => {
  const client = openClient(address);
  const db = databaseOf(client, 'hongzhang');
  const registry = registryOf(db);
  const feeds = new Map<string, Feeding>();
  const rowsOf = ({ name }: Collection): Rows<Row> => db.collection<Row>(name);

  const feedOf = (ref: ProjectionRef): Feeding => {
    const feed = feeds.get(titleOf(ref));
    if (feed === undefined) throw new Error(`${titleOf(ref)} has not been prepared`);
    return feed;
  };

  const prepare = async (projection: Projection): Promise<void> => {
    const shape = shapeOf(projection);
    const collection = collectionOf(projection, shape);
    const known = await registry.shape(projection);
    if (known !== undefined && known !== JSON.stringify(shape)) throw new ShapeChanged(projection);
    if (known === undefined) {
      await rowsOf(collection).createIndexes(indexesOf(collection).map((key) => ({ key })));
      await registry.add(projection, shape);
    }
    await registry.activate(projection.name, undefined, projection.version);
    const position = (await registry.find(projection))?.position ?? -1;
    feeds.set(titleOf(projection), { collection, position, shared: undefined, places: new Map(), collect: createCollector(now) });
  };

  const checkpoint: ReadStore['checkpoint'] = async (ref) => {
    const found = await registry.checkpoint(ref);
    const feed = feeds.get(titleOf(ref));
    if (feed !== undefined) Object.assign(feed, { position: found?.position ?? -1, shared: found?.shared, places: new Map() });
    return found;
  };

  const commit: ReadStore['commit'] = async (projection, from, to, documents, versions) => {
    const feed = feedOf(projection);
    const rows = rowsOf(feed.collection);
    if (!(await registry.standsAt(projection, from, to.logId))) throw await registry.refusal(projection, from);
    const placesFor = async (ids: readonly string[]): Promise<Places> => {
      if (feed.position !== from) feed.places = new Map();
      const unknown = ids.filter((id) => !feed.places.has(id));
      return new Map([...feed.places, ...(await placesOf(rows, unknown, from))]);
    };
    const { places, ...batch } = await planBatch(feed.collection, projection, documents, versions, placesFor);
    const { shared } = to;
    try {
      await writeBatch(rows, batch);
      const moved = await registry.move(projection, from, shared === feed.shared ? { ...to, shared: undefined } : to);
      if (!moved) throw await registry.refusal(projection, from);
    } catch (error) {
      // Also where an answer was lost: others may have gone on for long. Where history is kept nothing is collected.
      if (!feed.collection.history)
        await registry.find(projection).then((found) => found && endOvertaken(rows, batch, found.position)).catch(() => undefined); // prettier-ignore
      throw error;
    }
    Object.assign(feed, { position: to.position, shared, places });
    if (!feed.collection.history) await feed.collect(rows, to.position);
  };

  const load: ReadStore['load'] = async (ref, ids) => {
    const { collection, position, places } = feedOf(ref);
    const found = new Map<string, { document: Document; position: Position }>();
    for (const id of ids) places.set(id, null);
    const rows = rowsOf(collection)
      .find({ id: { $in: [...ids] }, position: { $lte: position }, until: { $gt: position } })
      .project<Pick<Row, 'id' | 'born' | 'position' | 'json'>>({ _id: 0, id: 1, born: 1, position: 1, json: 1 })
      .hint(BY_ID);
    for await (const { id, born, position: own, json } of rows) {
      places.set(id, { born, position: own });
      if (json !== null) found.set(id, { document: JSON.parse(json) as Document, position: own });
    }
    return found;
  };

  async function* matching(ref: ProjectionRef, filter: Filter): AsyncGenerator<{ document: Document; position: Position }> {
    const { collection, position, places } = feedOf(ref);
    for (let after: SortKey | undefined; ;) {
      const query = { filter, limit: STEP, ...(after === undefined ? {} : { after }) };
      const page = await reaching(() => readRows(rowsOf(collection), collection, query, bothParts(position), true));
      for (const { id, born, json, position: own } of page) {
        places.set(id, { born, position: own });
        yield { document: JSON.parse(json ?? 'null') as Document, position: own };
      }
      const end = page.at(-1);
      if (end === undefined || page.length < STEP) return;
      after = [end.born];
    }
  }

  const drop: ReadStore['drop'] = async (ref) => {
    feeds.delete(titleOf(ref));
    await registry.remove(ref);
    // Also where nothing is known of it: a worker that was in the midst of a batch when it was dropped made it anew.
    await db.dropCollection(collectionName(ref));
  };

  async function* dump(ref: ProjectionRef): AsyncGenerator<Dumped> {
    try {
      const found = await registry.find(ref);
      if (found === undefined) throw new Error(`${titleOf(ref)} has not been prepared`);
      const { collection, position } = found;
      const rows = rowsOf(collection);
      const standing = { position: { $lte: position }, until: { $gt: position } };
      for await (const row of rows.find(standing).sort({ born: 1 }).hint(BY_BIRTH))
        yield { table: 'documents', position: row.position, id: row.id, json: row.json };
      if (!collection.history) return;
      for await (const row of rows
        .find({ position: { $lte: position } })
        .sort({ born: 1, position: 1 })
        .hint(BY_BIRTH))
        yield { table: 'versions', position: row.position, id: row.id, json: row.json };
    } catch (error) {
      throw translated(error);
    }
  }

  const snapshot: ReadStore['snapshot'] = async (projection, use) => {
    const found = await reaching(() => inTime(() => registry.current(projection.name), HEARD));
    if (found === undefined) throw new Error(`${projection.name} has no active version`);
    return use(readViewOf(rowsOf(found.collection), found.collection, found.position));
  };

  await reaching(() => registry.prepare());
  return {
    prepare: (projection) => reaching(() => prepare(projection)),
    claim: (...given) => reaching(() => registry.claim(...given)),
    createIndexes: () => Promise.resolve(), // `prepare` made them: they cost the engine, not the projector
    checkpoint: (ref) => reaching(() => checkpoint(ref)),
    commit: (...given) => reaching(() => commit(...given)),
    load: (...given) => reaching(() => load(...given)),
    matching,
    active: (name) => reaching(() => registry.active(name)),
    activate: (...given) => reaching(() => registry.activate(...given)),
    versions: (name) => reaching(() => registry.versions(name)),
    drop: (ref) => reaching(() => drop(ref)),
    dump,
    snapshot,
    close: () => client.close(),
  };
};
