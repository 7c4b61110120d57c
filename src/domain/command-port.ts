import type { AccountActor, SystemActor } from './actor.ts';
import type { Command, Decider, SetMembers, SetName } from './decider.ts';
import type { Event } from './event.ts';
import type { Position } from './envelope.ts';
import type { AccountId } from './ids.ts';
import type { Operation } from './permission-table.ts';
import type { Relation } from './relation.ts';

/** A decider whose types the shell does not look into. */
export type AnyDecider = Decider<unknown, Command, Event>;

/**
 * What must hold across streams is claimed on a stream of its own first (decision 7). `id` is the claim's id in the
 * decider's category. A claim whose holder's stream never began may be taken over: the command is then decided with
 * `over`, the holder, once that stream has been closed. `complete` gives the command's data from the claim that was won.
 */
export type Claim = {
  readonly decider: AnyDecider;
  readonly id: string;
  readonly command: (over: string | null) => { readonly type: string; readonly data: unknown };
  readonly holder: (claimed: unknown) => string | null;
  readonly complete?: (claimed: unknown) => unknown;
};

export type CommandRequest = {
  readonly decider: AnyDecider;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly commandId: string;
  /** False where the command id was drawn for this request alone: nothing can be repeated under it. */
  readonly mayRepeat: boolean;
  readonly requestHash: string;
  readonly correlationId: string;
  /** Event id that caused it; the command id where a person did. */
  readonly causationId?: string;
  readonly actor: SystemActor | { readonly account: AccountId };
  /** The row of the permission table; none for the system's own acts. */
  readonly operation: Operation | null;
  readonly relations: (state: unknown, actor: AccountActor) => readonly Relation[];
  /** Begins a stream: nothing with this id can exist unless this very command made it. */
  readonly creates: boolean;
  readonly ifMatch?: number;
  /** Made durable after every rule has agreed and before the events that refer to it (a password, a key). */
  readonly prepare?: () => Promise<void>;
  /** Asked with the state the command meets; none where nothing needs claiming. */
  readonly claim?: (state: unknown) => Claim | null;
};

export type CommandResult = {
  readonly id: string;
  readonly revision: number;
  readonly position: Position;
  readonly events: readonly string[];
  readonly replayed: boolean;
  /** The highest position known: the command's own, its reactions', or on a repeat the head. */
  readonly highest: Position;
};

export type CommandHandler = (request: CommandRequest) => Promise<CommandResult>;

/** Reads a set from a projection that has caught up with `atLeast` (decision 7). */
export type ReadSet = <N extends SetName>(
  set: N,
  key: string,
  atLeast: Position,
) => Promise<{ readonly members: readonly SetMembers[N][]; readonly position: Position }>;

/** The service's clock. In the demo it is simulated; tokens, leases and throttles never use it (decision 8). */
export type Clock = { readonly now: () => string };
