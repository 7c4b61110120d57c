import type { Command, Decider } from './decider.ts';
import type { ReactionEvent } from './events/grant.ts';

export type ReactionRefusalCommand = Command<
  'RecordReactionRefusal',
  { readonly reaction: string; readonly cause: string; readonly code: string; readonly detail: string }
>;

/** A reaction that a rule refused stays visible (decision 8). Stream `reaction-<command id>`. */
export const reactionRefusal: Decider<{ readonly recorded: boolean }, ReactionRefusalCommand, ReactionEvent> = {
  category: 'reaction',
  initialState: () => ({ recorded: false }),
  decide: ({ data }, { recorded }) => (recorded ? [] : [{ type: 'ReactionRefused', data }]),
  evolve: () => ({ recorded: true }),
};
