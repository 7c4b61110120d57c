import type { EventType } from '../domain/events.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Position } from '../domain/envelope.ts';
import type { Filter, Scalar } from './filter.ts';

/** A document: plain JSON with an id. Holds instants, never open / late / overdue (decision 9). */
export type Document = { readonly id: string };

/**
 * A change of one document, or of all that match a filter on declared fields. `apply` is pure; `undefined` in means the
 * document is not there yet, `undefined` out means no document (and no change where there was none).
 * A `where` change may also add documents (an annulled violation beside its obligation): it answers a list of what is to
 * be written; what is not in it stays as it is. It matches what was there before it.
 * A document that comes back as the very object that went in is unchanged: no new version.
 */
export type Change<Doc extends Document> =
  | { readonly id: string; readonly where?: never; apply(this: void, doc: Doc | undefined): Doc | undefined }
  | { readonly where: Filter; readonly id?: never; apply(this: void, doc: Doc): readonly Doc[] };

/** A field that filters, sorts or facets may name, drawn from the document. Text, numbers, booleans, null. */
export type Fields<Doc> = { readonly [field: string]: FieldOf<Doc>['of'] };
type FieldOf<Doc> = { of(this: void, doc: Doc): Scalar };

/** (Functions are written as methods, so that a projection may stand in a list of projections whose types nobody opens.) */
export type Projection<Doc extends Document = Document, Shared = unknown> = {
  readonly name: string;
  /** A higher version fills a new collection beside the old one (decision 11). */
  readonly version: number;
  /** Keeps every version of a document with its positions, so that as-of is an indexed query (decision 12). */
  readonly history: boolean;
  readonly fields: Fields<Doc>;
  /** Composite indexes over `fields`; every one ends in the order of birth. Each query HTTP offers is served by one. */
  readonly indexes: readonly (readonly string[])[];
  /** The parts in which `search` looks; each is one substring space. */
  text?(this: void, doc: Doc): readonly string[];
  readonly handles: readonly EventType[];
  /** Small state that many documents share (notices, packs, names); saved inside the checkpoint. Folded before `project`. */
  readonly shared?: { readonly initial: Shared; evolve(this: void, shared: Shared, event: LedgerEvent): Shared };
  project(this: void, event: LedgerEvent, shared: Shared): readonly Change<Doc>[];
};

/** How far a projection has come in which log (decision 1). `position` -1: nothing yet. `eventId` is that position's event. */
export type Checkpoint = {
  readonly logId: string;
  readonly position: Position;
  readonly eventId: string | null;
  readonly shared: unknown;
};
