import type { Filter } from '../../projections/filter.ts';
import type { Checkpoint, Document } from '../../projections/projection.ts';
import { CheckpointMoved, type ProjectionRef, type ReadStore, type SortKey } from '../../projections/read-store.ts';
import { answer } from '../answer.ts';
import { shapeOf, ShapeChanged, titleOf } from '../projection-shape.ts';
import { collectionOf, creation, indexCreation, indexing, LAYOUT, removal } from './collection.ts';
import { documentWriter, type DocumentWriter } from './document-writer.ts';
import { fenceOf } from './fence.ts';
import { servingIndexes } from './query.ts';
import { readPage, readViewOf, statesSql } from './read-view.ts';
import { readerPool } from './reader-pool.ts';
import { activeVersion, collectionIn, queriedIn, REGISTRY, registryRow } from './registry.ts';
import { openSqlite, type Sqlite } from './database.ts';

/** Documents per step of a `matching` or `dump`: bounds memory, not answers. */
const STEP = 500;

/**
 * A batch touches many pages of many indexes: they go to the file less often than SQLite would by itself. A larger cache
 * than these 16 MB, for each view, made nothing faster.
 */
const WRITER_PRAGMAS = 'PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 16000';

type Row = { readonly position: number; readonly id: string; readonly json: string | null };
type Dumped = Row & { readonly table: 'documents' | 'versions' };

const inTransaction = <T>(db: Sqlite, work: () => T): T => {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    try {
      db.exec('ROLLBACK');
    } catch {
      // A full disk may have rolled back already: what is to be heard of is the disk.
    }
    throw error;
  }
};

/**
 * Projections in one SQLite file, beside their checkpoints: a commit is one transaction. `synchronous=NORMAL`, since
 * what a power cut takes the log gives again. Several processes may open the file; the checkpoints keep them apart.
 */
export const openViewFile = (path: string): ReadStore => {
  const db = openSqlite(path, { synchronous: 'NORMAL' });
  db.exec(WRITER_PRAGMAS);
  db.exec(REGISTRY);
  const fence = fenceOf(db);
  const readers = readerPool(path);
  const writers = new Map<string, DocumentWriter>();
  /** The shared state last read or written, so that one that did not change is not written again. */
  const sharedKnown = new Map<string, unknown>();

  const writerOf = (ref: ProjectionRef): DocumentWriter => {
    const writer = writers.get(titleOf(ref));
    if (writer === undefined) throw new Error(`${titleOf(ref)} has not been prepared`);
    return writer;
  };

  const prepare: ReadStore['prepare'] = (projection) =>
    answer(() => {
      const { name, version } = projection;
      const shape = shapeOf(projection);
      const collection = collectionOf(projection, shape);
      inTransaction(db, () => {
        const row = registryRow(db, projection);
        const stored = JSON.stringify({ ...shape, layout: LAYOUT });
        if (row !== undefined && row.shape !== stored) throw new ShapeChanged(projection);
        if (row === undefined) {
          db.exec(creation(collection));
          db.prepare('INSERT INTO projections (name, version, shape) VALUES (?, ?, ?)').run(name, version, stored);
        }
        db.prepare('INSERT OR IGNORE INTO active VALUES (?, ?)').run(name, version);
      });
      writers.set(titleOf(projection), documentWriter(db, collection, projection));
    });

  const claim: ReadStore['claim'] = (name, token) => answer(() => { inTransaction(db, () => { fence.claim(name, token); }); }); // prettier-ignore

  const createIndexes: ReadStore['createIndexes'] = (ref) =>
    answer(() => {
      const { collection, row } = collectionIn(db, ref);
      if (row.indexed === 1) return;
      inTransaction(db, () => {
        db.exec(indexing(collection));
        db.prepare('INSERT INTO indexed VALUES (?, ?)').run(ref.name, ref.version);
      });
    });

  const checkpoint: ReadStore['checkpoint'] = (ref) =>
    answer(() => {
      const row = registryRow(db, ref);
      if (row === undefined || row.log_id === null) return undefined;
      const shared = row.shared === null ? undefined : (JSON.parse(row.shared) as unknown);
      sharedKnown.set(titleOf(ref), shared);
      return { logId: row.log_id, position: row.position, eventId: row.event_id, shared };
    });

  const moveCheckpoint = (ref: ProjectionRef, from: number, { logId, position, eventId, shared }: Checkpoint): void => {
    const { changes } = db
      .prepare(
        'UPDATE projections SET log_id = ?, position = ?, event_id = ? WHERE name = ? AND version = ? AND position = ? AND ifnull(log_id, ?) = ?',
      )
      .run(logId, position, eventId, ref.name, ref.version, from, logId, logId);
    if (changes === 0) throw new CheckpointMoved(ref, from, registryRow(db, ref)?.position ?? -1);
    if (shared === undefined || sharedKnown.get(titleOf(ref)) === shared) return;
    db.prepare('UPDATE projections SET shared = ? WHERE name = ? AND version = ?').run(
      JSON.stringify(shared),
      ref.name,
      ref.version,
    );
  };

  const commit: ReadStore['commit'] = (projection, from, to, documents, versions) =>
    answer(() => {
      const writer = writerOf(projection);
      try {
        inTransaction(db, () => {
          fence.assertOpen(projection.name);
          moveCheckpoint(projection, from, to);
          writer.write(documents, versions);
        });
        sharedKnown.set(titleOf(projection), to.shared);
      } catch (error) {
        sharedKnown.delete(titleOf(projection));
        writer.forget();
        throw error;
      }
    });

  const load: ReadStore['load'] = (ref, ids) =>
    answer(() => {
      const writer = writerOf(ref);
      const found = new Map<string, { document: Document; position: number }>();
      for (const id of ids) {
        const stored = writer.load(id);
        if (stored !== null && stored.document !== null) found.set(id, { document: stored.document, position: stored.position });
      }
      return found;
    });

  async function* matching(ref: ProjectionRef, filter: Filter): AsyncGenerator<{ document: Document; position: number }> {
    const { collection, row } = collectionIn(db, ref);
    if (row.indexed === 0) for (const at of servingIndexes(collection, filter)) db.exec(indexCreation(collection, at));
    let after: SortKey | undefined;
    for (;;) {
      const rows = readPage(db, collection, { filter, limit: STEP, ...(after === undefined ? {} : { after }) }, undefined, true);
      for (const { json, position } of rows) yield await Promise.resolve({ document: JSON.parse(json) as Document, position });
      const end = rows.at(-1);
      if (end === undefined || rows.length < STEP) return;
      after = [end.seq];
    }
  }

  const activate: ReadStore['activate'] = (name, from, to) =>
    answer(() =>
      inTransaction(db, () => {
        if (activeVersion(db, name) !== from || fence.isClosed(name)) return false;
        db.prepare('INSERT OR REPLACE INTO active VALUES (?, ?)').run(name, to);
        return true;
      }),
    );

  const versions: ReadStore['versions'] = (name) =>
    answer(() =>
      (db.prepare('SELECT version FROM projections WHERE name = ? ORDER BY version').all(name) as { version: number }[]).map(
        ({ version }) => version,
      ),
    );

  const drop: ReadStore['drop'] = (ref) =>
    answer(() => {
      writers.delete(titleOf(ref));
      sharedKnown.delete(titleOf(ref));
      if (registryRow(db, ref) === undefined) return;
      const { collection } = collectionIn(db, ref);
      inTransaction(db, () => {
        db.exec(removal(collection));
        db.prepare('DELETE FROM indexed WHERE name = ? AND version = ?').run(ref.name, ref.version);
        db.prepare('DELETE FROM projections WHERE name = ? AND version = ?').run(ref.name, ref.version);
        db.prepare('DELETE FROM active WHERE name = ? AND version = ?').run(ref.name, ref.version);
      });
    });

  /** On a connection of its own: it reads everything, and may take long. */
  async function* dump(ref: ProjectionRef): AsyncGenerator<Dumped> {
    const reader = await answer(() => openSqlite(path, { readOnly: true }));
    try {
      reader.exec('BEGIN');
      const { collection } = collectionIn(reader, ref);
      const { bodies, history } = collection;
      const documents = reader.prepare(`SELECT position, id, json FROM ${bodies} ORDER BY seq`);
      for (const row of documents.iterate()) yield { table: 'documents', ...(row as Row) };
      if (!history) return;
      for (const row of reader.prepare(statesSql(collection)).iterate()) {
        const { position, id, json } = row as Row;
        yield { table: 'versions', position, id, json };
      }
    } finally {
      // The driver closes a connection for good once its statements are collected: until then its snapshot would keep the WAL growing.
      reader.exec('ROLLBACK');
      reader.close();
    }
  }

  const snapshot: ReadStore['snapshot'] = async (projection, use) => {
    const reader = await readers.lend();
    try {
      const version = activeVersion(reader, projection.name);
      if (version === undefined) throw new Error(`${projection.name} has no active version`);
      const { collection, row } = queriedIn(reader, { name: projection.name, version });
      return await use(readViewOf(reader, collection, row.position));
    } finally {
      readers.giveBack(reader);
    }
  };

  const close: ReadStore['close'] = () =>
    answer(() => {
      readers.close();
      db.close();
    });

  return {
    prepare,
    claim,
    createIndexes,
    checkpoint,
    commit,
    load,
    matching,
    active: (name) => answer(() => activeVersion(db, name)),
    activate,
    versions,
    drop,
    dump,
    snapshot,
    close,
  };
};
