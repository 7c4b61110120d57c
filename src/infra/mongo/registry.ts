import type { Collection as Rows, Db } from 'mongodb';
import type { Position } from '../../domain/envelope.ts';
import type { Checkpoint } from '../../projections/projection.ts';
import { CheckpointMoved, Fenced, type ProjectionRef } from '../../projections/read-store.ts';
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
  /** Of the last turn that was begun on it; only rises. */
  readonly token?: number;
};
/** Which version of a projection queries read. Beside the versions, so that one read finds both. */
type Active = {
  readonly _id: string;
  readonly kind: 'active';
  readonly name: string;
  readonly version: number;
  readonly token?: number;
};
type Entry = Version | Active;

export type Registered = { readonly collection: Collection; readonly position: Position };

/**
 * What the database knows of its projections. Each change is one document's, by compare-and-set; once this process has
 * claimed a projection, that matches the token too: the write itself is refused, not only those that begin too late.
 */
export const registryOf = (db: Db) => {
  const entries: Rows<Entry> = db.collection<Entry>('projections');
  const claimed = new Map<string, number>();
  const ours = (name: string): { readonly token?: number } => {
    const token = claimed.get(name);
    return token === undefined ? {} : { token };
  };
  const standing = (ref: ProjectionRef, position: Position, logId: string) =>
    ({ _id: titleOf(ref), kind: 'version', position, logId: { $in: [null, logId] }, ...ours(ref.name) }) as const;
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
    /** Raises the token of every entry of the projection. Throws `Fenced` where one has a higher one. */
    claim: async (name: string, token: number): Promise<void> => {
      await entries.updateMany({ name, token: { $not: { $gt: token } } }, { $set: { token } });
      const standing = await entries.find({ name }, { projection: { token: 1 } }).toArray();
      const highest = Math.max(token, ...standing.map((entry) => entry.token ?? token));
      if (highest > token) throw new Fenced(name, token, highest);
      claimed.set(name, token);
    },
    checkpoint: async (ref: ProjectionRef): Promise<Checkpoint | undefined> => {
      const found = await versionEntry(ref);
      if (found === null || found.logId === null) return undefined;
      const { logId, position, eventId, shared } = found;
      return { logId, position, eventId, shared: shared === null ? undefined : (JSON.parse(shared) as unknown) };
    },
    /** Is the checkpoint there still, of that log, and ours to move? */
    standsAt: async (ref: ProjectionRef, from: Position, logId: string): Promise<boolean> =>
      (await entries.findOne(standing(ref, from, logId), { projection: { _id: 1 } })) !== null,
    /** Why a checkpoint could not be moved from there. */
    refusal: async (ref: ProjectionRef, from: Position): Promise<Error> => {
      const found = await versionEntry(ref);
      const own = claimed.get(ref.name) ?? Infinity;
      if (found?.token !== undefined && found.token > own) return new Fenced(ref.name, own, found.token);
      return new CheckpointMoved(ref, from, found?.position ?? -1);
    },
    /** Moves the checkpoint by compare-and-set; `shared` undefined: as it was. False when another worker has moved it, or has begun. */
    move: async (ref: ProjectionRef, from: Position, { logId, position, eventId, shared }: Checkpoint): Promise<boolean> => {
      const changed = { logId, position, eventId, ...(shared === undefined ? {} : { shared: JSON.stringify(shared) }) };
      return (await entries.updateOne(standing(ref, from, logId), { $set: changed })).matchedCount === 1;
    },
    active: async (name: string): Promise<number | undefined> => (await activeEntry(name))?.version,
    /** Sets the active version where it is still `from`, and ours to set. */
    activate: async (name: string, from: number | undefined, to: number): Promise<boolean> => {
      if (from !== undefined)
        return (await entries.updateOne({ _id: name, version: from, ...ours(name) }, { $set: { version: to } })).matchedCount === 1;
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
