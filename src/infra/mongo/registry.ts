import type { Collection as Rows, Db } from 'mongodb';
import type { Position } from '../../domain/envelope.ts';
import type { Checkpoint } from '../../projections/projection.ts';
import type { ProjectionRef } from '../../projections/read-store.ts';
import { titleOf, type Shape } from '../projection-shape.ts';
import { isDuplicate } from './client.ts';
import { collectionOf, type Collection } from './collection.ts';

/** One version of a projection: its shape and its checkpoint (`logId` null before the first commit). */
type Version = {
  readonly _id: string;
  readonly kind: 'version';
  readonly name: string;
  readonly version: number;
  readonly shape: string;
  readonly logId: string | null;
  readonly position: Position;
  readonly eventId: string | null;
  readonly shared: string | null;
};
/** Which version of a projection queries read. Beside the versions, so that one read finds both. */
type Active = { readonly _id: string; readonly kind: 'active'; readonly name: string; readonly version: number };
type Entry = Version | Active;

export type Registered = { readonly collection: Collection; readonly position: Position };

/** What the database knows of its projections. Each change is one document's, by compare-and-set. */
export const registryOf = (db: Db) => {
  const entries: Rows<Entry> = db.collection<Entry>('projections');
  const versionEntry = (ref: ProjectionRef): Promise<Version | null> =>
    entries.findOne({ _id: titleOf(ref), kind: 'version' }) as Promise<Version | null>;
  const activeEntry = (name: string): Promise<Active | null> =>
    entries.findOne({ _id: name, kind: 'active' }) as Promise<Active | null>;
  const registered = ({
    name,
    version,
    shape,
    position,
  }: Pick<Version, 'name' | 'version' | 'shape' | 'position'>): Registered => ({
    collection: collectionOf({ name, version }, JSON.parse(shape) as Shape),
    position,
  });

  return {
    shape: async (ref: ProjectionRef): Promise<string | undefined> => (await versionEntry(ref))?.shape,
    add: async ({ name, version }: ProjectionRef, shape: Shape): Promise<void> => {
      const nothing = { logId: null, position: -1, eventId: null, shared: null };
      const added = { kind: 'version', name, version, shape: JSON.stringify(shape), ...nothing } as const;
      await entries.updateOne({ _id: titleOf({ name, version }) }, { $setOnInsert: added }, { upsert: true });
    },
    remove: async ({ name, version }: ProjectionRef): Promise<void> => {
      await entries.deleteOne({ _id: titleOf({ name, version }) });
      await entries.deleteOne({ _id: name, version });
    },
    find: async (ref: ProjectionRef): Promise<Registered | undefined> => {
      const found = await versionEntry(ref);
      return found === null ? undefined : registered(found);
    },
    checkpoint: async (ref: ProjectionRef): Promise<Checkpoint | undefined> => {
      const found = await versionEntry(ref);
      if (found === null || found.logId === null) return undefined;
      const { logId, position, eventId, shared } = found;
      return { logId, position, eventId, shared: shared === null ? undefined : (JSON.parse(shared) as unknown) };
    },
    /** Is the checkpoint there still, and of that log? Otherwise where it is; undefined: such a version is not known. */
    standsAt: async (ref: ProjectionRef, from: Position, logId: string): Promise<true | Position | undefined> => {
      const found = await entries.findOne({ _id: titleOf(ref) }, { projection: { shared: 0 } });
      if (found?.kind !== 'version') return undefined;
      return found.position === from && (found.logId === null || found.logId === logId) ? true : found.position;
    },
    /** Moves the checkpoint by compare-and-set; `shared` undefined: as it was. False when another worker has moved it. */
    move: async (ref: ProjectionRef, from: Position, { logId, position, eventId, shared }: Checkpoint): Promise<boolean> => {
      const changed = { logId, position, eventId, ...(shared === undefined ? {} : { shared: JSON.stringify(shared) }) };
      const expected = { _id: titleOf(ref), position: from, logId: { $in: [null, logId] } };
      return (await entries.updateOne(expected, { $set: changed })).matchedCount === 1;
    },
    active: async (name: string): Promise<number | undefined> => (await activeEntry(name))?.version,
    /** Sets the active version where it is still `from`. */
    activate: async (name: string, from: number | undefined, to: number): Promise<boolean> => {
      if (from !== undefined)
        return (await entries.updateOne({ _id: name, version: from }, { $set: { version: to } })).matchedCount === 1;
      try {
        await entries.insertOne({ _id: name, kind: 'active', name, version: to });
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    versions: async (name: string): Promise<readonly number[]> => {
      const found = await entries.find({ name, kind: 'version' }, { projection: { version: 1 } }).toArray();
      return found.map(({ version }) => version).sort((a, b) => a - b);
    },
    /** The version that queries read, with its checkpoint, in one read. */
    current: async (name: string): Promise<Registered | undefined> => {
      const found = await entries.find({ name }, { projection: { shared: 0 } }).toArray();
      const active = found.find(({ kind }) => kind === 'active')?.version;
      const entry = found.find(({ kind, version }) => kind === 'version' && version === active);
      return entry?.kind === 'version' ? registered(entry) : undefined;
    },
    prepare: async (): Promise<void> => {
      await entries.createIndexes([{ key: { name: 1 } }]);
    },
  };
};
export type Registry = ReturnType<typeof registryOf>;
