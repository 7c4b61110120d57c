import type { ProjectionRef } from '../../projections/read-store.ts';
import { titleOf, type Shape } from '../projection-shape.ts';
import { collectionOf, type Collection } from './collection.ts';
import type { Sqlite } from './database.ts';

/** What the store knows of its collections: shape, checkpoint (logId NULL before the first commit), which have all their indexes, and which is active. */
export const REGISTRY = `
  CREATE TABLE IF NOT EXISTS projections (
    name TEXT NOT NULL, version INTEGER NOT NULL, shape TEXT NOT NULL,
    log_id TEXT, position INTEGER NOT NULL DEFAULT -1, event_id TEXT, shared TEXT,
    PRIMARY KEY (name, version)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS indexed (name TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (name, version)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS active (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
`;

type RegistryRow = {
  shape: string;
  log_id: string | null;
  position: number;
  event_id: string | null;
  shared: string | null;
  indexed: 0 | 1;
};

export const registryRow = (db: Sqlite, { name, version }: ProjectionRef): RegistryRow | undefined =>
  db
    .prepare(
      `SELECT shape, log_id, position, event_id, shared, (name, version) IN indexed AS indexed
       FROM projections WHERE name = ? AND version = ?`,
    )
    .get(name, version) as RegistryRow | undefined;

export const activeVersion = (db: Sqlite, name: string): number | undefined =>
  (db.prepare('SELECT version FROM active WHERE name = ?').get(name) as { version: number } | undefined)?.version;

export const collectionIn = (db: Sqlite, ref: ProjectionRef): { collection: Collection; row: RegistryRow } => {
  const row = registryRow(db, ref);
  if (row === undefined) throw new Error(`${titleOf(ref)} has not been prepared`);
  return { collection: collectionOf(ref, JSON.parse(row.shape) as Shape), row };
};

/** With the indexes that queries may name: all, or none of them as long as it is being filled. */
export const queriedIn = (db: Sqlite, ref: ProjectionRef): { collection: Collection; row: RegistryRow } => {
  const { collection, row } = collectionIn(db, ref);
  return { collection: row.indexed === 1 ? collection : { ...collection, indexes: [] }, row };
};
