import { expect } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { fold } from '../../src/domain/decider.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { Command, Decider, Facts, Past } from '../../src/domain/decider.ts';
import type { Event } from '../../src/domain/event.ts';
import { fixedId } from './events.ts';

/** What a spec says of an event that happened; the rest of its envelope is filled in. */
export type Happened<E extends Event> = E & { readonly actor?: string; readonly onBehalfOf?: string; readonly at?: string };
/** What a spec says of a command; without an actor the system sends it, without an instant it comes a day after the start. */
export type Asked<C extends Command> = C extends Command
  ? Pick<C, 'type' | 'data'> & { readonly actor?: Actor; readonly at?: string; readonly id?: string }
  : never;

const STARTED = '2026-01-05T01:00:00.000Z';
const ASKED = '2026-01-06T01:00:00.000Z';

/** The facts of a decision that reads none: asking for one fails the test. */
export const NO_FACTS: Facts = {
  has: () => false,
  state: () => {
    throw new Error('this spec has no facts');
  },
  members: () => {
    throw new Error('this spec has no facts');
  },
};

const past = <E extends Event>(events: readonly Happened<E>[]): readonly Past<E>[] =>
  events.map((event, revision) => ({
    id: fixedId('e', revision),
    revision,
    at: STARTED,
    actor: 'system:test',
    commandId: fixedId('c', revision),
    ...event,
  }));

const refusalOf = (decide: () => unknown): DomainError => {
  try {
    decide();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('the command was accepted');
};

/** `specOf(decider).given(events).when(command).then(events)` or `.refused(code, details)`; events deep-equal and ordered. */
export const specOf = <S, C extends Command, E extends Event>(decider: Decider<S, C, E>) => ({
  given: (events: readonly Happened<E>[] = [], facts: Facts = NO_FACTS) => {
    const state = fold(decider, past(events));
    return {
      state,
      when: (asked: Asked<C>) => {
        const command = { id: fixedId('c', 999), at: ASKED, actor: { system: 'system:test' }, ...asked } as unknown as C;
        const decide = (): readonly E[] => decider.decide(command, state, facts);
        return {
          then: (expected: readonly E[]): void => {
            expect(decide()).toStrictEqual(expected);
          },
          refused: (code: string, details: Readonly<Record<string, unknown>> = {}): void => {
            const error = refusalOf(decide);
            expect({ code: error.code, details: error.details }).toStrictEqual({ code, details });
          },
        };
      },
    };
  },
});

/** A person of an organization, with what a spec says of them. */
export const person = (account: string, part: object = {}): Actor =>
  ({
    account,
    kind: 'person',
    organization: 'org-1',
    absorbed: [],
    level: 'city',
    divisionCode: '360100',
    functions: [],
    operates: [],
    roles: [],
    assurance: 'high',
    isChief: false,
    delegations: [],
    ...part,
  }) as unknown as Actor;
