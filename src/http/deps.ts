import type { Readable } from 'node:stream';
import type { AccountActor } from '../domain/actor.ts';
import type { Clock, CommandHandler } from '../domain/command-port.ts';
import type { Position } from '../domain/envelope.ts';
import type { EventStore } from '../domain/event-store.ts';
import type { AccountId } from '../domain/ids.ts';
import type { Sealed } from '../domain/personal.ts';
import type { TableQuery } from '../domain/table-query.ts';
import type { ReadStore } from '../projections/read-store.ts';

/** How one projection stands; a stopped one says where and why. */
export type ProjectionStatus = {
  readonly name: string;
  readonly version: number;
  /** Do queries read this version? */
  readonly active: boolean;
  readonly position: Position;
  readonly head: Position;
  readonly lag: number;
  readonly stopped: { readonly position: Position; readonly eventId: string | null; readonly error: string } | null;
};

/** Everything HTTP needs, handed in by main. No adapter is named here. */
export type HttpDeps = {
  readonly execute: CommandHandler;
  readonly store: EventStore;
  readonly readStore: ReadStore;
  /** Waits until the active version of a view has reached the position; false when that took longer than `timeoutMs`. */
  readonly waitFor: (projection: string, position: Position, timeoutMs: number) => Promise<boolean>;
  readonly projections: () => readonly ProjectionStatus[];
  readonly clock: Clock;
  /** The account with the rights it has now, folded from the log; null for one that may not act any more (decision 21). */
  readonly actorOf: (account: AccountId) => Promise<AccountActor | null>;
  readonly tokens: TokenPort | null;
  readonly verifyToken: (token: string) => Promise<VerifiedToken>;
  readonly signIn: ((login: string, password: string, address: string) => Promise<SignIn>) | null;
  readonly contents: ContentPort;
  readonly tables: TablePort;
  readonly setPassword: (account: AccountId, password: string) => Promise<void>;
  readonly ids: {
    readonly command: (account: AccountId, method: string, path: string, key: string) => string;
    readonly fresh: () => string;
    /** The id of the thing that a command creates. */
    readonly thing: (commandId: string) => string;
    /** The claim stream of a login: an HMAC, since a login may identify a person (decision 7). */
    readonly login: (login: string) => string;
  };
  /** HMAC under the service key of the validated body's RFC 8785 bytes (decision 3). */
  readonly requestHash: (body: unknown) => string;
  readonly cursorMac: (text: string) => string;
  /** The plain text of a sealed value; null once its key is erased. */
  readonly openPersonal: (sealed: Sealed) => Promise<string | null>;
  /** The end of the log, or why it cannot be told; within seconds. */
  readonly ledger: () => Promise<
    { readonly reachable: true; readonly position: Position } | { readonly reachable: false; readonly error: string }
  >;
  /** Until this process has read the log so far that it can tell what was seen before, it answers nothing from it. */
  readonly isStarting: () => boolean;
  /** Parts besides log and projections that do not answer: `index`, `sequencer`, `read-models`, `vault`; `reactor`: what a start owes is not done. */
  readonly missing: () => Promise<readonly string[]>;
  /** What keeps the service from being ready: missed instants, a reactor that is behind, a refused reaction. */
  readonly warnings: () => readonly string[];
  /** Shown on every answer and page of a demonstration; null in the real thing. */
  readonly banner: string | null;
};

type Uploaded =
  { readonly done: false; readonly next: number } | { readonly done: true; readonly sha256: string; readonly bytes: number };
/** Uploaded data by its hash. */
export type ContentPort = {
  readonly put: (
    key: string,
    chunk: { readonly start: number; readonly end: number; readonly total: number; readonly bytes: Readable },
  ) => Promise<Uploaded>;
  readonly size: (sha256: string) => Promise<number>;
  readonly open: (sha256: string, start: number, end: number) => Readable;
};
/** Tables as snapshots of rows. */
export type TablePort = {
  readonly inspect: (sha256: string) => Promise<{ readonly columns: readonly string[]; readonly rows: number }>;
  readonly page: (
    sha256: string,
    query: TableQuery,
    limit: number,
    after: number | null,
  ) => Promise<{ readonly items: readonly Readonly<Record<string, string>>[]; readonly next: number | null }>;
};
export type TokenPort = { readonly revoke: (jti: string, expiresAt: number) => Promise<void> };
export type VerifiedToken =
  | { readonly ok: true; readonly account: AccountId; readonly jti: string; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: 'expired' | 'forged' | 'malformed' | 'revoked' };
export type SignIn =
  | { readonly accessToken: string; readonly expiresIn: number; readonly account: AccountId }
  | { readonly refused: 'wrong' }
  | { readonly refused: 'throttled'; readonly retryAfter: number };
