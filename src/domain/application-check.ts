import { actorName, isAccount } from './actor.ts';
import { LEG, partiesOf, stillIn } from './application-receipt.ts';
import type { KnownApplication } from './application-state.ts';
import type { Command } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { ApplicationEvent, Defect } from './events/application.ts';

export type CheckCommand = Command<
  'CheckFormality',
  { readonly outcome: 'passed' | 'returned' | 'refused'; readonly comment: string | null; readonly defects: readonly Defect[] }
>;

/** Defects and comment lie in one event, which holds 60,000 bytes. */
const MOST_BYTES = 45_000;

/** The field of the request that a defect lies in: `period.from` lies in `period`, `items[2]` in `items`. */
const fieldOf = ({ path }: Defect): string => path.replace(/[.[].*$/s, '');

/** All defects are named at once: a second return needs one that arose later, by what the supplement changed (R14.1). */
const ensureNew = ({ defects: before, changedFields }: KnownApplication, defects: readonly Defect[]): void => {
  if (before.length === 0) return;
  const old = defects.filter((defect) => !changedFields.includes(fieldOf(defect)));
  ensure(old.length === 0, 'application.defect-not-new', { paths: old.map(({ path }) => path) });
};

/** The operator's formality check (R14.1): passed, returned once with every defect, or refused where nothing cures it. */
export const decideCheck = ({ actor, data }: CheckCommand, state: KnownApplication): readonly ApplicationEvent[] => {
  stillIn(state, 'received');
  // The operator applies too, and others of its house check what it sends: the rule is about people (requirements §2).
  ensure(isAccount(actor) && !state.authors.includes(actorName(actor)), 'application.applicant-checks');
  const { outcome, comment, defects } = data;
  const part = { round: state.round, leg: LEG, ...partiesOf(state) };
  ensure(outcome === 'returned' || defects.length === 0, 'application.defects-without-return');
  if (outcome === 'passed') return [{ type: 'FormalityCheckPassed', data: { ...part, comment } }];
  ensure(comment !== null, 'application.comment-required');
  if (outcome === 'refused') return [{ type: 'FormalityCheckRefused', data: { ...part, comment } }];
  ensure(defects.length > 0, 'application.defects-required');
  ensure(Buffer.byteLength(JSON.stringify(defects), 'utf8') <= MOST_BYTES, 'application.defects-too-long', { most: MOST_BYTES });
  ensureNew(state, defects);
  return [{ type: 'FormalityCheckReturned', data: { ...part, comment, defects } }];
};
