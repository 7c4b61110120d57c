import type { Facts, Fold, SetMembers, SetName } from '../../src/domain/decider.ts';
import type { Event } from '../../src/domain/event.ts';
import type { PolicyPack } from '../../src/domain/policy-pack.ts';
import { policyDecider } from '../../src/domain/policy.ts';
import type { PolicyState } from '../../src/domain/policy.ts';

type Given = {
  /** States by stream name. */
  readonly streams?: Readonly<Record<string, unknown>>;
  readonly sets?: { readonly [N in SetName]?: Readonly<Record<string, readonly SetMembers[N][]>> };
};

/** The facts that a spec gives; asking for any other fails the test, as the shell would fail. */
export const factsOf = ({ streams = {}, sets = {} }: Given): Facts => {
  const stateOf = (name: string): unknown => {
    if (!(name in streams)) throw new Error(`this spec has no ${name}`);
    return streams[name];
  };
  return {
    has: (fact) => ('set' in fact ? sets[fact.set]?.[fact.key] !== undefined : `${fact.fold.category}-${fact.id}` in streams),
    state: <S, E extends Event>({ category }: Fold<S, E>, id: string): S => stateOf(`${category}-${id}`) as S,
    members: <N extends SetName>(set: N, key: string): readonly SetMembers[N][] => {
      const members = sets[set]?.[key];
      if (members === undefined) throw new Error(`this spec has no ${set} of ${key}`);
      return members;
    },
  };
};

/** A policy stream in which these packs were confirmed, in this order. */
export const policyStream = (...packs: readonly PolicyPack[]): PolicyState => ({
  ...policyDecider.initialState(),
  inForce: packs.map((pack, index) => ({ ...pack, version: index + 1 })),
});
