import { idOf } from '../domain/envelope.ts';
import type { PolicyPack } from '../domain/policy-pack.ts';
import type { CivilDate, Instant } from '../domain/time.ts';
import type { Projection } from './projection.ts';

/** One proposal of a pack and what became of it; a proposal that a later one superseded stays unconfirmed. */
export type PolicyVersion = {
  readonly version: number;
  readonly pack: PolicyPack;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Instant | null;
};

/** A policy pack with its proposals, oldest first. */
export type PolicyDocument = { readonly id: string; readonly revision: number; readonly versions: readonly PolicyVersion[] };

/** The first day of any confirmed version; null while there is none. */
const inForceFrom = (versions: readonly PolicyVersion[]): CivilDate | null =>
  versions
    .filter(({ confirmedAt }) => confirmedAt !== null)
    .map(({ pack }) => pack.effectiveFrom)
    .sort()[0] ?? null;

/** The policy packs as proposed and confirmed (decision 14, 22). */
export const policies: Projection<PolicyDocument> = {
  name: 'policies',
  version: 2,
  history: true,
  fields: { since: ({ versions }) => inForceFrom(versions) },
  indexes: [['since']],
  handles: ['PolicyProposed', 'PolicyConfirmed'],
  project: (event) => {
    const { revision, actor, at } = event;
    const id = idOf(event.stream);
    switch (event.type) {
      case 'PolicyProposed': {
        const proposed = { ...event.data, proposedBy: actor, proposedAt: at, confirmedBy: null, confirmedAt: null };
        return [
          { id, apply: (doc: PolicyDocument | undefined) => ({ id, revision, versions: [...(doc?.versions ?? []), proposed] }) },
        ];
      }
      case 'PolicyConfirmed': {
        const { version } = event.data;
        const confirm = (known: PolicyVersion): PolicyVersion =>
          known.version === version ? { ...known, confirmedBy: actor, confirmedAt: at } : known;
        return [{ id, apply: (doc: PolicyDocument | undefined) => doc && { id, revision, versions: doc.versions.map(confirm) } }];
      }
      default:
        return [];
    }
  },
};
