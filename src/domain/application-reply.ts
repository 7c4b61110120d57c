import { actorName, actsFor, isAccount, mandateFor } from './actor.ts';
import { partiesOf, stillIn } from './application-receipt.ts';
import type { KnownApplication } from './application-state.ts';
import type { Command, Facts } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { ApplicationEvent, Reply } from './events/application.ts';
import { isOffered } from './catalog-entry.ts';
import type { ApplicationId, PolicyId } from './ids.ts';
import { asId } from './ids.ts';
import { packsInForce, ruleOf, type ObligationKind, type PackId } from './policy-pack.ts';
import { policyDecider } from './policy.ts';
import { completeReply, type RequestedReply } from './reply.ts';
import type { ResourceState } from './resource-state.ts';
import { resource } from './resource.ts';
import { civilDateOf } from './time.ts';

type Endorsement = Command<'EndorseApplication', { readonly decision: 'approve' | 'decline'; readonly comment: string | null }>;
export type ReplyCommand =
  | Command<'ReplyToApplication', RequestedReply>
  | Command<
      'ExtendReply',
      {
        readonly application: ApplicationId;
        readonly pack: PackId;
        readonly days: number;
        readonly consent: string;
        readonly reason: string;
      }
    >;

/** The duty that a pack lets be extended: the reply to a conditional application. */
export const EXTENDABLE = 'reply-conditional' satisfies ObligationKind;

const given = (state: KnownApplication, reply: Reply): ApplicationEvent => ({
  type: 'ReplyGiven',
  data: { round: state.round, ...partiesOf(state), reply },
});

/**
 * What is agreed to is there to be had: an entry that was withdrawn meanwhile, or an item of it, can only be refused; and no
 * rows can be picked out of a file, which is given as it is (R14.2).
 */
const ensureSupplied = (wanted: ResourceState, { resource: id }: KnownApplication, { items }: Reply): void => {
  ensure(wanted.status === 'published', 'application.resource-not-published', { resource: id });
  const gone = items.filter(({ item, granted }) => granted && !isOffered(wanted.entry, item)).map(({ item }) => item);
  ensure(gone.length === 0, 'application.items-unavailable', { items: gone });
  const narrowed = items.filter(({ rows }) => rows !== null).map(({ item }) => item);
  ensure(wanted.entry.shareMode !== 'file' || narrowed.length === 0, 'application.rows-of-file', { items: narrowed });
};

/** The provider's word: given at once by the chief or a delegate, else a draft that waits for the chief (R13.1, R14.2). */
const reply = (state: KnownApplication, { actor, data }: Extract<ReplyCommand, { type: 'ReplyToApplication' }>, facts: Facts) => {
  stillIn(state, 'awaiting-reply');
  const wanted = facts.state(resource, state.resource);
  const complete = completeReply(state.items, 'entry' in wanted ? wanted.entry.items.map(({ name }) => name) : [], data);
  if (complete.outcome !== 'refused') ensureSupplied(wanted, state, complete);
  if (mandateFor(actor, 'replies') !== null) return [given(state, complete)];
  return [{ type: 'ReplyDrafted', data: { round: state.round, reply: complete } }] satisfies ApplicationEvent[];
};

const endorse = (
  state: KnownApplication & { readonly status: 'reply-drafted' },
  { actor, data }: Endorsement,
  facts: Facts,
): readonly ApplicationEvent[] => {
  ensure(isAccount(actor) && actsFor(actor, state.provider), 'application.not-its-provider');
  ensure(mandateFor(actor, 'replies') !== null, 'application.needs-data-chief');
  ensure(actorName(actor) !== state.draftedBy, 'application.drafter-endorses');
  if (data.decision === 'approve') {
    if (state.draft.outcome !== 'refused') ensureSupplied(facts.state(resource, state.resource), state, state.draft);
    return [given(state, state.draft)];
  }
  ensure(data.comment !== null, 'application.comment-required');
  return [{ type: 'ReplyDraftReturned', data: { round: state.round, comment: data.comment } }];
};

/**
 * An extension moves the clock of the pack that allows it and no other (R14.2); once a round, and while it still runs: what
 * is late by then stays late. The pack is that of the day on which the clock began (requirements §4).
 */
const extend = (
  state: KnownApplication,
  { at, data }: Extract<ReplyCommand, { type: 'ExtendReply' }>,
  facts: Facts,
): readonly ApplicationEvent[] => {
  stillIn(state, 'awaiting-reply', 'reply-drafted');
  const { pack, days, consent, reason } = data;
  const [inForce] = packsInForce(facts.state(policyDecider, pack).inForce, civilDateOf(state.passedAt ?? at));
  const allowed = inForce === undefined ? null : (ruleOf(inForce, EXTENDABLE)?.extension ?? null);
  ensure(allowed !== null, 'application.no-extension', { pack });
  ensure(days <= allowed.atMost, 'application.extension-too-long', { atMost: allowed.atMost });
  ensure(!state.extended.includes(pack), 'application.already-extended', { pack });
  const clock = facts.members('reply-clocks', data.application).find((one) => one.pack === pack && one.round === state.round);
  // A version confirmed since, with a beginning before the check, allows what no clock was begun by.
  ensure(clock !== undefined, 'application.no-extension', { pack });
  const { dueEndsBefore: ended } = clock;
  ensure(ended === null || at < ended, 'application.term-has-run-out', { pack, ended });
  const term = { pack: asId<PolicyId>(pack), rule: EXTENDABLE, days, consent, reason };
  return [{ type: 'ReplyExtended', data: { round: state.round, ...partiesOf(state), ...term } }];
};

/** The provider's side of an application: draft, endorsement, reply, extension. */
export const decideReply = (
  command: ReplyCommand | Endorsement,
  state: KnownApplication,
  facts: Facts,
): readonly ApplicationEvent[] => {
  switch (command.type) {
    case 'ReplyToApplication':
      return reply(state, command, facts);
    case 'ExtendReply':
      return extend(state, command, facts);
    case 'EndorseApplication':
      ensure(state.status === 'reply-drafted', 'application.wrong-status', { status: state.status });
      return endorse(state, command, facts);
  }
};
