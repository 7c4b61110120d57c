import type { Fact, Facts, Fold, SetMembers, SetName } from '../domain/decider.ts';
import type { Event } from '../domain/event.ts';
import type { Basis, Position } from '../domain/envelope.ts';
import type { ReadSet } from '../domain/command-port.ts';
import { laterOf, type Instant } from '../domain/time.ts';
import type { FoldCache, Folded } from './fold-cache.ts';

/** The facts of one decision, and what the envelope says of them: their basis, and the latest `at` among them. */
export type LoadedFacts = Facts & {
  readonly load: (facts: readonly Fact[]) => Promise<void>;
  readonly loadStream: <S, E extends Event>(fold: Fold<S, E>, id: string) => Promise<S>;
  readonly basis: () => readonly Basis[];
  readonly latest: () => Instant;
};

const keyOf = (fact: Fact): string => ('set' in fact ? `${fact.set} ${fact.key}` : `${fact.fold.category}-${fact.id}`);

/** Facts are loaded at most once, so that one decision sees one state of each (decision 7). */
export const createFacts = (folds: FoldCache, readSet: ReadSet, head: () => Promise<Position>): LoadedFacts => {
  const streams = new Map<string, Folded>();
  const sets = new Map<string, readonly SetMembers[SetName][]>();
  const basis: Basis[] = [];
  let latest = '';

  const loadStream = async <S, E extends Event>(fold: Fold<S, E>, id: string): Promise<S> => {
    const stream = `${fold.category}-${id}`;
    const folded = streams.get(stream) ?? (await folds.load(fold, id));
    if (!streams.has(stream)) {
      streams.set(stream, folded);
      basis.push({ stream, revision: folded.revision });
      latest = laterOf(latest, folded.at);
    }
    return folded.state as S;
  };

  const loadSet = async (set: SetName, key: string): Promise<void> => {
    const { members, position } = await readSet(set, key, await head());
    sets.set(`${set} ${key}`, members);
    basis.push({ view: set, position });
  };

  const missing = (what: string): never => {
    throw new Error(`decide asked for ${what}, which reads did not name`);
  };

  return {
    has: (fact) => streams.has(keyOf(fact)) || sets.has(keyOf(fact)),
    state: <S, E extends Event>(fold: Fold<S, E>, id: string): S =>
      (streams.get(`${fold.category}-${id}`) ?? missing(`${fold.category}-${id}`)).state as S,
    members: <N extends SetName>(set: N, key: string) =>
      (sets.get(`${set} ${key}`) ?? missing(`${set} ${key}`)) as readonly SetMembers[N][],
    load: async (facts) => {
      for (const fact of facts) await ('set' in fact ? loadSet(fact.set, fact.key) : loadStream(fact.fold, fact.id));
    },
    loadStream,
    basis: () => [...basis],
    latest: () => latest,
  };
};
