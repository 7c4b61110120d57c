import { ensure } from './domain-error.ts';
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

/** The event of the reply, and that of the grant as the reply says, hold 60,000 bytes each. */
const MOST_BYTES = 40_000;

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
  const complete = { outcome, items, conditions, reason };
  ensure(Buffer.byteLength(JSON.stringify(complete), 'utf8') <= MOST_BYTES, 'application.reply-too-long', { most: MOST_BYTES });
  return complete;
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
