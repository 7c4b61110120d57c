import type { Event } from './event.ts';
import type { Matter } from './events/account.ts';
import type { Basis, EventEnvelope } from './envelope.ts';
import type { PackId } from './policy-pack.ts';
import type { Instant } from './time.ts';
import type { Actor } from './actor.ts';

/** An event as the fold sees it: what happened, and the part of the envelope that rules may look at. */
export type Past<E extends Event> = E & Pick<EventEnvelope, 'id' | 'revision' | 'at' | 'actor' | 'onBehalfOf' | 'commandId'>;

/** A request to do something. `at` was drawn once from the service's clock; `id` is the command id (decision 3). */
export type Command<Type extends string = string, Data = unknown> = {
  readonly type: Type;
  readonly id: string;
  readonly at: Instant;
  readonly actor: Actor;
  readonly data: Data;
};

/**
 * How a stream folds into a state. `evolve` is total: it never throws and never reads a clock.
 * (Written as methods, so that a fold of one state may stand in a list of folds whose states nobody opens.)
 */
export type Fold<S, E extends Event> = {
  readonly category: string;
  initialState(this: void): S;
  evolve(this: void, state: S, event: Past<E>): S;
};

/** The three functions of a noun (decision list, core types). */
export type Decider<S, C extends Command, E extends Event> = Fold<S, E> & {
  /** The facts this decision needs. Asked again after each load, until nothing is new, at most 4 rounds. */
  reads?(this: void, command: C, state: S, facts: Facts): readonly Fact[];
  /** The matter in which a delegate may act for the data chief here (R13.1): the envelope then names the chief. */
  matter?(this: void, command: C, state: S): Matter | null;
  /** Throws `DomainError` for a broken rule; `[]` means there is nothing to do. */
  decide(this: void, command: C, state: S, facts: Facts): readonly E[];
  /** What of the decision's basis this one of its events rests on; without it, on all. */
  basisOf?(this: void, event: E, basis: readonly Basis[]): readonly Basis[];
};

/** A fact is the fold of a named stream, or a set read from a projection that has caught up (decision 7). */
export type Fact = { readonly fold: Fold<unknown, Event>; readonly id: string } | { readonly set: SetName; readonly key: string };

/** Sets that a decision may read, each served from one projection. */
export type SetName = keyof SetMembers;
export type SetMembers = {
  /** Organizations that use a resource through a live grant or wait for one (R9.1). */
  'resource-users': { readonly organization: string; readonly via: 'grant' | 'application'; readonly id: string };
  /** The open clocks of the reply to a conditional application, one for each pack that has one (R14.2). */
  'reply-clocks': { readonly pack: PackId; readonly round: number; readonly dueEndsBefore: Instant | null };
  /** Bodies whose merger into an organization was recorded, and which it has not absorbed yet (R2.1). */
  'announced-mergers': { readonly organization: string };
};

export const streamFact = <S, E extends Event>(fold: Fold<S, E>, id: string): Fact => ({ fold, id });
export const setFact = (set: SetName, key: string): Fact => ({ set, key });

/** The facts that have been loaded. Asking for one that was not is a bug in `reads`, except through `has`. */
export type Facts = {
  readonly has: (fact: Fact) => boolean;
  readonly state: <S, E extends Event>(fold: Fold<S, E>, id: string) => S;
  readonly members: <N extends SetName>(set: N, key: string) => readonly SetMembers[N][];
};

/** Folds a history from the start. */
export const fold = <S, E extends Event>({ initialState, evolve }: Fold<S, E>, events: Iterable<Past<E>>): S => {
  let state = initialState();
  for (const event of events) state = evolve(state, event);
  return state;
};
