import { expect } from 'vitest';
import type { LedgerEvent } from '../../src/domain/ledger-event.ts';
import { matches } from '../../src/projections/matches.ts';
import type { Change, Document, Projection } from '../../src/projections/projection.ts';

/** Undefined: deleted; the key stays, since a document that comes back keeps its place in the order of birth. */
type State<Doc, Shared> = { documents: Map<string, Doc | undefined>; shared: Shared };

const apply = <Doc extends Document, Shared>(
  projection: Projection<Doc, Shared>,
  { documents }: State<Doc, Shared>,
  change: Change<Doc>,
): void => {
  if (change.where === undefined) {
    const after = change.apply(documents.get(change.id));
    if (after !== undefined || documents.has(change.id)) documents.set(change.id, after);
    if (after !== undefined) expect(after.id, `${projection.name} must write the document it was asked to`).toBe(change.id);
    return;
  }
  const matching = [...documents.values()].filter((doc) => doc !== undefined && matches(change.where, projection, doc));
  for (const doc of matching) for (const after of change.apply(doc as Doc)) documents.set(after.id, after);
};

const fold = <Doc extends Document, Shared>(
  projection: Projection<Doc, Shared>,
  state: State<Doc, Shared>,
  events: readonly LedgerEvent[],
): void => {
  for (const event of events) {
    if (!projection.handles.includes(event.type)) continue;
    if (projection.shared !== undefined) state.shared = projection.shared.evolve(state.shared, event);
    for (const change of projection.project(event, state.shared)) apply(projection, state, change);
  }
};

const start = <Doc extends Document, Shared>(projection: Projection<Doc, Shared>): State<Doc, Shared> => ({
  documents: new Map<string, Doc | undefined>(),
  shared: structuredClone(projection.shared?.initial) as Shared,
});

const living = <Doc, Shared>({ documents }: State<Doc, Shared>): Map<string, Doc> =>
  new Map([...documents].filter((entry): entry is [string, Doc] => entry[1] !== undefined));

/** The documents that the events make, in the order of birth: the plainest projector there can be. */
export const project = <Doc extends Document, Shared>(
  projection: Projection<Doc, Shared>,
  events: readonly LedgerEvent[],
): ReadonlyMap<string, Doc> => {
  const state = start(projection);
  fold(projection, state, events);
  return living(state);
};

/** Folds in batches, with what a store does between them: documents and shared state go through their JSON text. */
const projectInBatches = <Doc extends Document, Shared>(
  projection: Projection<Doc, Shared>,
  events: readonly LedgerEvent[],
  size: number,
): string => {
  let state = start(projection);
  for (let at = 0; at < events.length; at += size) {
    fold(projection, state, events.slice(at, at + size));
    const documents = [...state.documents].map(([id, doc]): [string, Doc | undefined] => [
      id,
      doc === undefined ? undefined : (JSON.parse(JSON.stringify(doc)) as Doc),
    ]);
    const shared = (state.shared === undefined ? undefined : JSON.parse(JSON.stringify(state.shared))) as Shared;
    state = { documents: new Map(documents), shared };
  }
  return JSON.stringify([[...living(state)], state.shared]);
};

/**
 * Every batch split, with and without a stop between, gives the same bytes; nothing but the event, the document and the
 * shared state goes in; no document or event is changed in place.
 */
export const assertSplitsAgree = <Doc extends Document, Shared>(
  projection: Projection<Doc, Shared>,
  events: readonly LedgerEvent[],
): void => {
  const whole = projectInBatches(projection, events, Math.max(1, events.length));
  const eventsBefore = JSON.stringify(events);
  for (let size = 1; size < events.length; size++)
    expect(projectInBatches(projection, events, size), `batches of ${String(size)}`).toBe(whole);
  expect(JSON.stringify([...project(projection, events)]), 'without JSON between').toBe(
    JSON.stringify((JSON.parse(whole) as unknown[])[0]),
  );
  expect(JSON.stringify(events), 'events untouched').toBe(eventsBefore);
};
