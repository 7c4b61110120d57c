import { ensure } from './decider.ts';
import type { ItemDecision, Reply, ReplyOutcome, RowCondition } from './events/application.ts';

export type RequestedReply = {
  readonly outcome: ReplyOutcome;
  readonly items:
    | readonly {
        readonly item: string;
        readonly granted: boolean;
        readonly rows: RowCondition | null;
        readonly reason: string | null;
      }[]
    | null;
  readonly conditions: string | null;
  readonly reason: string | null;
};

/**
 * The reply with one decision per requested item, in the request's order (R11.3, R14.2). Where nothing is said item by
 * item, the outcome holds for all. Row conditions name items of the entry. A refusal, whole or in part, says why.
 */
export const completeReply = (requested: readonly string[], entryItems: readonly string[], reply: RequestedReply): Reply => {
  const { outcome, conditions, reason } = reply;
  ensure(outcome === 'approved' || reason !== null, 'application.reason-required', { outcome });
  ensure(outcome !== 'partly-approved' || reply.items !== null, 'application.items-required');
  const said = reply.items ?? requested.map((item) => ({ item, granted: outcome === 'approved', rows: null, reason: null }));
  const unknown = said
    .map(({ item }) => item)
    .filter((item, index, all) => !requested.includes(item) || all.indexOf(item) !== index);
  const missing = requested.filter((item) => !said.some((decision) => decision.item === item));
  ensure(unknown.length === 0 && missing.length === 0, 'application.items-mismatch', { unknown, missing });
  const items = requested.flatMap((item): ItemDecision[] => said.filter((decision) => decision.item === item));
  const strange = items.flatMap(({ rows }) => (rows === null || entryItems.includes(rows.item) ? [] : [rows.item]));
  ensure(strange.length === 0, 'application.row-condition-unknown', { items: strange });
  ensureOutcome(outcome, items);
  return { outcome, items, conditions, reason };
};

const ensureOutcome = (outcome: ReplyOutcome, items: readonly ItemDecision[]): void => {
  const granted = items.filter((item) => item.granted).length;
  const narrowed = items.some(({ granted: given, rows }) => given && rows !== null);
  const fits = {
    approved: granted === items.length && !narrowed,
    'partly-approved': granted > 0 && (granted < items.length || narrowed),
    refused: granted === 0,
  }[outcome];
  ensure(fits, 'application.outcome-mismatch', { outcome, granted, of: items.length });
};
