import { EXTENDABLE } from '../domain/application-reply.ts';
import type { SetMembers } from '../domain/decider.ts';
import { all, eq, type Filter } from './filter.ts';
import type { ObligationDocument } from './obligation-document.ts';

/** What is open about a subject. */
export const openOf = (subject: string): Filter => all(eq('subject', subject), eq('open', true));

/** The clock of a row, where it is one of the reply to a conditional application. */
export const replyClock = ({ kind, pack, round, dueEndsBefore }: ObligationDocument): readonly SetMembers['reply-clocks'][] =>
  kind === EXTENDABLE ? [{ pack, round, dueEndsBefore }] : [];
