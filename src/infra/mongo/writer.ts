import { MongoBulkWriteError, type Collection as Rows, type WriteError } from 'mongodb';
import type { Document, Projection } from '../../projections/projection.ts';
import type { Position } from '../../domain/envelope.ts';
import type { Written } from '../../projections/read-store.ts';
import { documentTokens, searchText } from '../../projections/search.ts';
import { bornAt, BY_ID, fieldKey, OPEN, rowId, type Collection, type Row } from './collection.ts';

/** Where a document's newest row at the checkpoint lies. */
export type Place = { readonly born: number; readonly position: Position };
/** Places by document id; null: it was never born. */
export type Places = Map<string, Place | null>;

type State = Pick<Written, 'id' | 'position'> & { readonly content: object; readonly born: number };

const contentOf = (collection: Collection, projection: Projection, document: Document | null): object => {
  if (document === null) return { json: null };
  const content: Record<string, unknown> = { json: JSON.stringify(document) };
  for (const field of collection.fields) {
    const key = fieldKey(collection, field);
    if (key !== undefined) content[key] = projection.fields[field]?.(document) ?? null;
  }
  if (collection.text) {
    content['parts'] = searchText(projection.text?.(document) ?? []);
    content['words'] = documentTokens(content['parts'] as string);
  }
  return content;
};

/**
 * Every state of a batch, each once, in the order of positions. A document is born where the first event put it, so that
 * its place in the order of birth does not depend on where batches end.
 */
const statesOf = (
  collection: Collection,
  projection: Projection,
  documents: readonly Written[],
  versions: readonly Written[],
): ReadonlyMap<string, readonly State[]> => {
  const states = new Map<string, State[]>();
  const places = new Map<Position, number>();
  const seen = new Set<string>();
  for (const { id, position, document } of [...versions, ...documents]) {
    if (seen.has(rowId(id, position))) continue;
    seen.add(rowId(id, position));
    const place = places.get(position) ?? 0;
    places.set(position, place + 1);
    const state = { id, position, born: bornAt(position, place), content: contentOf(collection, projection, document) };
    states.set(id, [...(states.get(id) ?? []), state]);
  }
  for (const [id, list] of states) states.set(id, list.sort((a, b) => a.position - b.position)); // prettier-ignore
  return states;
};

/** The places of these documents as of the checkpoint. */
export const placesOf = async (rows: Rows<Row>, ids: readonly string[], position: Position): Promise<Places> => {
  const places: Places = new Map(ids.map((id) => [id, null]));
  if (ids.length === 0) return places;
  const found = rows
    .find({ id: { $in: [...ids] }, position: { $lte: position }, until: { $gt: position } })
    .project<Pick<Row, 'id' | 'born' | 'position'>>({ _id: 0, id: 1, born: 1, position: 1 })
    .hint(BY_ID);
  for await (const { id, born, position: own } of found) places.set(id, { born, position: own });
  return places;
};

/** Which rows a batch adds, and which that were there it ends where. */
export type Batch = { readonly rows: readonly Row[]; readonly ends: readonly { readonly _id: string; readonly until: Position }[] };

/** Turns what a batch left into rows. Throws before anything is written where a document cannot be written. */
export const planBatch = async (
  collection: Collection,
  projection: Projection,
  documents: readonly Written[],
  versions: readonly Written[],
  placesFor: (ids: readonly string[]) => Promise<Places>,
): Promise<Batch & { readonly places: Places }> => {
  const states = statesOf(collection, projection, documents, versions);
  const places = await placesFor([...states.keys()]);
  const after: Places = new Map();
  const rows: Row[] = [];
  const ends: { _id: string; until: Position }[] = [];
  for (const [id, all] of states) {
    const before = places.get(id) ?? null;
    // An event at or before the document's own position has been applied.
    const list = before === null ? all : all.filter(({ position }) => position > before.position);
    const [first] = list;
    if (first === undefined) continue;
    const { born } = before ?? first;
    if (before !== null) ends.push({ _id: rowId(id, before.position), until: first.position });
    for (const [at, { position, content }] of list.entries()) {
      const until = list[at + 1]?.position ?? OPEN;
      rows.push({ _id: rowId(id, position), id, position, until, born, ...(content as { json: string | null }) });
    }
    after.set(id, { born, position: list.at(-1)?.position ?? first.position });
  }
  return { rows, ends, places: after };
};

/** Every writer that ends a row ends it at the same position: that of the document's next change. */
const endRows = async (rows: Rows<Row>, ends: Batch['ends']): Promise<void> => {
  if (ends.length === 0) return;
  const updates = ends.map(({ _id, until }) => ({ updateOne: { filter: { _id }, update: { $set: { until } } } }));
  await rows.bulkWrite(updates, { ordered: false });
};

/** Adds the rows. One that another worker, or an earlier try, has written already is that very row, up to its end. */
const addRows = async (rows: Rows<Row>, added: readonly Row[]): Promise<void> => {
  if (added.length === 0) return;
  try {
    await rows.insertMany([...added], { ordered: false });
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const failed = [error.writeErrors].flat() as readonly WriteError[];
    // Without a failed row it is the connection that failed, and any of them may be missing.
    const known = failed.length > 0 && failed.every(({ code }) => code === 11_000);
    if (!known || error.result.getWriteConcernError() !== undefined) throw error;
    const there = failed.flatMap(({ index }) => added[index] ?? []);
    await endRows(rows, there.filter(({ until }) => until !== OPEN)); // prettier-ignore
  }
};

/**
 * Ends rows of a batch that came too late: its worker slept until another had gone on to `position`, and what ended there
 * had been collected (`createCollector`), so that it was added again and nobody else would end it.
 */
export const endOvertaken = async (rows: Rows<Row>, { rows: added }: Batch, position: Position): Promise<void> => {
  const open = added.filter(({ until }) => until === OPEN);
  if (open.length === 0) return;
  const found = await rows
    .find({ id: { $in: open.map(({ id }) => id) }, position: { $lte: position } })
    .project<Pick<Row, 'id' | 'position'>>({ _id: 0, id: 1, position: 1 })
    .hint(BY_ID)
    .toArray();
  const updates = open.flatMap((row) => {
    const later = found.flatMap((other) => (other.id === row.id && other.position > row.position ? [other.position] : []));
    const update = { $set: { until: Math.min(...later) } };
    return later.length === 0 ? [] : [{ updateOne: { filter: { _id: row._id, until: OPEN }, update } }];
  });
  if (updates.length > 0) await rows.bulkWrite(updates, { ordered: false });
};

/** Writes a batch: new states first, then the ends of old ones. Nobody sees any of it before the checkpoint has moved. */
export const writeBatch = async (rows: Rows<Row>, batch: Batch): Promise<void> => {
  await addRows(rows, batch.rows);
  await endRows(rows, batch.ends);
};
