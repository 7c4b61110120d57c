import { cpSync } from 'node:fs';
import { categoryCode } from '../src/domain/catalog-entry.ts';
import { asId, type OrganizationId } from '../src/domain/ids.ts';
import { readOrganizations, readResources } from '../src/infra/shipped-city.ts';
import { openSqliteReadStore } from '../src/infra/sqlite/read-store.ts';
import { catalog, type CatalogShared } from '../src/projections/catalog.ts';
import type { CatalogDocument } from '../src/projections/catalog-document.ts';
import { obligations } from '../src/projections/obligations.ts';
import type { Document, Projection } from '../src/projections/projection.ts';
import type { ReadStore } from '../src/projections/read-store.ts';
import { chanceOf } from '../src/demo/chance.ts';
import { fixedId, history } from '../test/support/events.ts';
import { cached, demoDirectory } from './directories.ts';
import { renaming, sharedIds } from './history.ts';

/** Documents of one commit. */
const CHUNK = 2_000;

/** All entries that ship, published by the demonstration's own departments. */
const catalogEntries = (shared: CatalogShared): readonly CatalogDocument[] => {
  const idOf = new Map(Object.entries(shared.providers).map(([id, provider]) => [provider?.names.at(-1)?.name, id]));
  const nameOf = new Map(readOrganizations().map(({ slug, name }) => [slug, name]));
  const drawn = new Map<string, number>();
  return readResources().map(({ provider, entry }, index) => {
    const id = fixedId('a', index);
    const area = {
      level: 'city',
      divisionCode: '360100',
      provider: asId<OrganizationId>(idOf.get(nameOf.get(provider)) ?? provider),
    } as const;
    const category = categoryCode(entry.category);
    const sequence = (drawn.get(category) ?? 0) + 1;
    drawn.set(category, sequence);
    const code = `${category}/${String(sequence)}`;
    const log = history();
    log.recorded(`resource-${id}`, 'ResourceDrafted', { ...area, entry });
    log.recorded(`resource-${id}`, 'ResourceSubmitted', { code, round: 1 });
    log.recorded(`resource-${id}`, 'ResourcePublished', { ...area, code, version: 1, entry, publishedOn: '2026-01-05' });
    let document: CatalogDocument | undefined;
    for (const event of log.events)
      for (const change of catalog.project(event, shared)) if (change.where === undefined) document = change.apply(document);
    if (document === undefined) throw new Error('an entry without a document');
    return document;
  });
};

const livingDocuments = async (store: ReadStore, projection: Projection): Promise<readonly Document[]> => {
  const documents: Document[] = [];
  for await (const { table, json } of store.dump(projection))
    if (table === 'documents' && json !== null) documents.push(JSON.parse(json) as Document);
  return documents;
};

/** The same documents again and again, every round in an order of its own, up to a number. */
function* repeated(documents: readonly Document[], size: number, kept: ReadonlySet<string>): Generator<Document> {
  const rename = renaming(kept);
  for (let copy = 0, made = 0; made < size; copy += 1) {
    const chance = chanceOf(`round ${String(copy)}`);
    const order = documents.map((document) => ({ document, at: chance.between(0, 1_000_000) })).sort((a, b) => a.at - b.at);
    for (const { document } of order.slice(0, size - made)) {
      made += 1;
      yield JSON.parse(rename(JSON.stringify(document), copy)) as Document;
    }
  }
}

/** A demonstration whose view of that name holds so many documents, as a commit writes them. */
const withDocuments = (
  projection: Projection,
  size: number,
  originals: (store: ReadStore, shared: unknown) => readonly Document[] | Promise<readonly Document[]>,
): Promise<string> =>
  cached(`${projection.name}-${String(size)}`, async (directory) => {
    cpSync(await demoDirectory(), directory, { recursive: true });
    const kept = sharedIds(`${directory}/events.db`);
    const store = openSqliteReadStore(`${directory}/views`);
    const checkpoint = await store.checkpoint(projection);
    if (checkpoint === undefined) throw new Error(`${projection.name} has no checkpoint`);
    const documents = await originals(store, checkpoint.shared);
    await store.drop(projection);
    await store.prepare(projection);
    let from = -1;
    let chunk: { id: string; document: Document; position: number }[] = [];
    const flush = async (): Promise<void> => {
      await store.commit(projection, from, checkpoint, chunk, []);
      from = checkpoint.position;
      chunk = [];
    };
    for (const document of repeated(documents, size, kept)) {
      chunk.push({ id: document.id, document, position: checkpoint.position });
      if (chunk.length === CHUNK) await flush();
    }
    await flush();
    await store.close();
  });

export const catalogDirectory = (size: number): Promise<string> =>
  withDocuments(catalog, size, (_, shared) => catalogEntries(shared as CatalogShared));

export const obligationsDirectory = (size: number): Promise<string> =>
  withDocuments(obligations, size, (store) => livingDocuments(store, obligations));
