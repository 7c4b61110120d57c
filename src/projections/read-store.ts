import type { Position } from '../domain/envelope.ts';
import type { Filter, Scalar } from './filter.ts';
import type { Checkpoint, Document, Projection } from './projection.ts';

/** Which of a projection's lives is meant: its name and version (decision 11). */
export type ProjectionRef = { readonly name: string; readonly version: number };

/** A document as a batch leaves it. `document` null: deleted. `position`: of the last event applied to it. */
export type Written = { readonly id: string; readonly document: Document | null; readonly position: Position };

/** What the read store refuses: the checkpoint is not where the writer thought (another projector came first). */
export class CheckpointMoved extends Error {
  constructor(ref: ProjectionRef, expected: Position, actual: Position) {
    super(`${ref.name} v${String(ref.version)}: checkpoint at ${String(actual)}, expected ${String(expected)}`);
    this.name = 'CheckpointMoved';
  }
}

/** What the read store refuses to a worker whose turn is over: one with a higher token has begun (`ReadStore.claim`). */
export class Fenced extends Error {
  /** The token that stands. */
  readonly token: number;
  constructor(name: string, own: number, token: number) {
    super(`${name}: a worker of turn ${String(token)} has begun since turn ${String(own)}`);
    this.name = 'Fenced';
    this.token = token;
  }
}

/** Scope, sort and page of a list. Keyset paging: `after` is the sort key of the last item, from `Page.last`. */
export type Query = {
  readonly filter: Filter;
  /** Declared fields, each rising or falling; the order of birth is the last tie-breaker (falling when the first field falls). Default: newest first. */
  readonly sort?: readonly { readonly field: string; readonly falling?: boolean }[];
  readonly limit: number;
  readonly after?: SortKey;
};
export type SortKey = readonly Scalar[];
export type Page<Doc> = { readonly items: readonly Doc[]; readonly last: SortKey | null; readonly more: boolean };

/** As of which ledger position to answer; undefined: as the projection stands now. Needs `history`. */
export type AtPosition = Position | undefined;

/**
 * Where documents live. Every adapter passes `test/contract/read-store.ts`. Written only by the projector.
 *
 * - `commit` has effect once: documents, versions and checkpoint together, guarded by the checkpoint `from`
 *   (`CheckpointMoved` otherwise). An event at or before a document's own position is not applied twice.
 *   `documents` are as the batch leaves them; `versions` are every state that one of its events left, in the order in
 *   which they were left, also where no history is kept: they do not depend on where batches end.
 * - Once a store has claimed a projection, it moves its checkpoints, and which version is active, only as long as no
 *   other has claimed it with a higher token (`Fenced` otherwise), however late a write arrives. One that has claimed
 *   nothing (a tool beside a service that is stopped) is not asked for a token.
 * - `load` and `matching` answer as of the checkpoint that this store last read or committed for that projection.
 * - Reads of one `ReadSnapshot` see one checkpoint.
 */
export type ReadStore = {
  /** Creates the collection of this version where missing; makes it `active` if no version of that name is. */
  readonly prepare: (projection: Projection) => Promise<void>;
  /** Begins a turn on every version of that name that has been prepared. Tokens only rise: `Fenced` where a higher one is there. */
  readonly claim: (name: string, token: number) => Promise<void>;
  /**
   * Creates the indexes of this version where missing. An adapter to which an index costs less over what is there than
   * with every write leaves them for this call; until then queries answer the same, only slower.
   */
  readonly createIndexes: (ref: ProjectionRef) => Promise<void>;
  readonly checkpoint: (ref: ProjectionRef) => Promise<Checkpoint | undefined>;
  readonly commit: (
    projection: Projection,
    from: Position,
    to: Checkpoint,
    documents: readonly Written[],
    versions: readonly Written[],
  ) => Promise<void>;
  /** Documents by id, for the projector's fold. */
  readonly load: (
    ref: ProjectionRef,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, { readonly document: Document; readonly position: Position }>>;
  /** Documents that match, in pages in the order of birth, for `where` changes. */
  readonly matching: (
    projection: Projection,
    filter: Filter,
  ) => AsyncIterable<{ readonly document: Document; readonly position: Position }>;
  readonly active: (name: string) => Promise<number | undefined>;
  /** Compare-and-set of the active version. False when it was no longer `from`, or when a higher token has been claimed. */
  readonly activate: (name: string, from: number | undefined, to: number) => Promise<boolean>;
  readonly versions: (name: string) => Promise<readonly number[]>;
  readonly drop: (ref: ProjectionRef) => Promise<void>;
  /** Every document of a version in the order of birth (and of its history): for comparing rebuilds byte by byte. */
  readonly dump: (ref: ProjectionRef) => AsyncIterable<{
    readonly table: 'documents' | 'versions';
    readonly position: Position;
    readonly id: string;
    readonly json: string | null;
  }>;
  /** Query side of one projection, active version. Reads inside `use` share one snapshot; `position` is its checkpoint. */
  readonly snapshot: <T>(projection: Projection, use: (view: ReadView) => Promise<T> | T) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** Reads of one consistent state of one projection. All take the filter that scope and query were compiled into. */
export type ReadView = {
  /** Which version is read, and its checkpoint. */
  readonly version: number;
  readonly position: Position;
  readonly get: <Doc extends Document>(id: string, at?: AtPosition) => Promise<Doc | undefined>;
  readonly find: <Doc extends Document>(query: Query, at?: AtPosition) => Promise<Page<Doc>>;
  readonly count: (filter: Filter, at?: AtPosition) => Promise<number>;
  /** How many matching documents have each value of each field; most frequent first, then by value. */
  readonly facets: (
    filter: Filter,
    fields: readonly string[],
    at?: AtPosition,
  ) => Promise<Readonly<Record<string, readonly { value: Scalar; count: number }[]>>>;
  /** A document's versions, oldest first. */
  readonly versions: <Doc extends Document>(
    id: string,
  ) => Promise<readonly { readonly position: Position; readonly document: Doc | null }[]>;
};
