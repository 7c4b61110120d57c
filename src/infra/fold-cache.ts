import type { Fold } from '../domain/decider.ts';
import type { Event } from '../domain/event.ts';
import type { EventEnvelope } from '../domain/envelope.ts';
import type { EventStore } from '../domain/event-store.ts';
import { createRecentMap } from './recent-map.ts';

/** A stream's fold at a revision (-1: no event yet), and the `at` of its last event. */
export type Folded<S = unknown> = { readonly state: S; readonly revision: number; readonly at: string };

export type FoldCache = {
  /** The fold of a stream as it stands in the store now: what is cached is only ever continued, never trusted. */
  readonly load: <S, E extends Event>(fold: Fold<S, E>, id: string) => Promise<Folded<S>>;
  /**
   * Continues the cached fold by events that were just appended, so that the next load reads nothing. A stream that nobody
   * asked for yet stays out: most of what a command creates is left alone for days, and keeping it costs more than a read.
   */
  readonly extend: (fold: Fold<unknown, Event>, id: string, events: readonly EventEnvelope[]) => void;
};

const NOTHING_YET = '';

const continued = (fold: Fold<unknown, Event>, from: Folded, events: readonly EventEnvelope[]): Folded => {
  let { state, revision, at } = from;
  for (const event of events) {
    state = fold.evolve(state, event);
    ({ revision, at } = event);
  }
  return { state, revision, at };
};

/** Keeps the folds of the `limit` streams used last, at most twice as many (decision 7: folds may be cached by revision). */
export const createFoldCache = (store: EventStore, limit: number): FoldCache => {
  const cache = createRecentMap<Folded>(limit);
  return {
    load: async <S, E extends Event>(noun: Fold<S, E>, id: string): Promise<Folded<S>> => {
      const fold = noun as Fold<unknown, Event>;
      const stream = `${fold.category}-${id}`;
      const known = cache.get(stream) ?? { state: fold.initialState(), revision: -1, at: NOTHING_YET };
      const since = await store.streamSince(stream, known.revision);
      if (since.length === 0) return known as Folded<S>;
      const folded = continued(fold, known, since);
      cache.set(stream, folded);
      return folded as Folded<S>;
    },
    extend: (fold, id, events) => {
      const stream = `${fold.category}-${id}`;
      const known = cache.get(stream);
      if (known !== undefined && events[0]?.revision === known.revision + 1) cache.set(stream, continued(fold, known, events));
    },
  };
};
