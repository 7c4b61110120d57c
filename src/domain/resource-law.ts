import type { CatalogEntry } from './catalog-entry.ts';
import { streamFact } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { Facts } from './decider.ts';
import { entryErrors } from './entry-rules.ts';
import { packsInForce } from './policy-pack.ts';
import type { VersionedPack } from './policy-pack.ts';
import { policyDecider } from './policy.ts';
import { civilDateOf } from './time.ts';
import type { Instant } from './time.ts';

/**
 * The pack by which an entry is refused and a change must wait: the measure itself. What another pack says of legal bases
 * is a finding of the catalog, since the texts disagree (R11.4).
 */
const MEASURE = 'nc-2019';

export const lawFact = streamFact(policyDecider, MEASURE);

/** The measure as it is in force at an instant; nothing before it was confirmed and began (R33.1). */
export const lawAt = (facts: Facts, at: Instant): readonly VersionedPack[] =>
  packsInForce(facts.state(policyDecider, MEASURE).inForce, civilDateOf(at));

/** Throws `resource.invalid-entry` with every missing or wrong field in `errors` (R7.1). */
export const ensureEntry = (entry: CatalogEntry, law: readonly VersionedPack[]): void => {
  const errors = entryErrors(entry, law);
  ensure(errors.length === 0, 'resource.invalid-entry', { errors });
};
