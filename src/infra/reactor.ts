import type { CommandHandler, CommandRequest, CommandResult, ReadSet } from '../domain/command-port.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Position, RecordedEvent } from '../domain/envelope.ts';
import type { EventStore } from '../domain/event-store.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { reactionRefusal } from '../domain/reaction-refusal.ts';
import { REACTIONS, type DueInstant, type Reaction, type ReactionCommand } from '../domain/reactions.ts';
import type { Handle } from './command-handler.ts';
import type { FoldCache } from './fold-cache.ts';
import { createFacts } from './loaded-facts.ts';

export type ReactorDeps = {
  readonly handle: Handle;
  readonly folds: FoldCache;
  readonly store: EventStore;
  readonly readSet: ReadSet;
  /** uuid v5(reaction, cause [, member]): the same at every run, so that a repeat finds its own result (decision 8). */
  readonly reactionId: (reaction: string, cause: string, member: string) => string;
  readonly thingId: (commandId: string) => string;
  readonly requestHash: (body: unknown) => string;
  readonly onRefused: (reaction: string, cause: string, code: string) => void;
};

type Cause = {
  readonly id: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly of: LedgerEvent | DueInstant;
};

const HANDLED: ReadonlySet<string> = new Set(REACTIONS.flatMap(({ on }) => on));
const FACT_ROUNDS = 4;

const isRefusal = (error: unknown): error is DomainError => error instanceof DomainError;

/**
 * Runs what follows from events and instants. Every command of a reaction has an id of its own making, so that running
 * one again, after a crash or beside another process, changes nothing.
 */
export const createReactor = (deps: ReactorDeps) => {
  const head = async (): Promise<Position> => (await deps.store.head()).position;

  const commandsOf = async (reaction: Reaction, cause: LedgerEvent | DueInstant): Promise<readonly ReactionCommand[]> => {
    const facts = createFacts(deps.folds, deps.readSet, head);
    for (let round = 0; round < FACT_ROUNDS; round += 1) {
      const missing = (reaction.reads?.(cause, facts) ?? []).filter((fact) => !facts.has(fact));
      if (missing.length === 0) break;
      await facts.load(missing);
    }
    return reaction.react(cause, facts);
  };

  const run = async (reaction: Reaction, command: ReactionCommand, cause: Cause): Promise<Position> => {
    const commandId = deps.reactionId(reaction.name, cause.id, command.member ?? '');
    // What a rule refused stays refused: a repeat of its cause, months later, must not bring it about.
    if ((await deps.folds.load(reactionRefusal, commandId)).revision >= 0) return -1;
    const request: CommandRequest = {
      decider: command.decider,
      id: command.id ?? deps.thingId(commandId),
      type: command.type,
      data: command.data,
      commandId,
      mayRepeat: true,
      requestHash: deps.requestHash({ reaction: reaction.name, data: command.data }),
      correlationId: cause.correlationId,
      causationId: cause.causationId,
      actor: { system: `system:${reaction.name}` },
      operation: null,
      relations: () => [],
      creates: command.id === undefined,
    };
    try {
      const { result, recorded } = await deps.handle(request);
      return Math.max(result.position, await follow(recorded));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      deps.onRefused(reaction.name, cause.id, error.code);
      return recordRefusal(request, cause, error);
    }
  };

  const recordRefusal = async (request: CommandRequest, cause: Cause, { code, details }: DomainError): Promise<Position> => {
    const { result } = await deps.handle({
      ...request,
      decider: reactionRefusal,
      id: request.commandId,
      type: 'RecordReactionRefusal',
      data: {
        reaction: 'system' in request.actor ? request.actor.system : '',
        cause: cause.id,
        code,
        detail: JSON.stringify(details).slice(0, 2_000),
      },
      creates: true,
    });
    return result.position;
  };

  const react = async (cause: Cause, name: string): Promise<Position> => {
    let highest = -1;
    for (const reaction of REACTIONS) {
      if (!reaction.on.includes(name as (typeof reaction.on)[number])) continue;
      for (const command of await commandsOf(reaction, cause.of)) highest = Math.max(highest, await run(reaction, command, cause));
    }
    return highest;
  };

  /** Runs the reactions to events, and to what they cause in turn; the highest position they reached. */
  const follow = async (events: readonly RecordedEvent[]): Promise<Position> => {
    let highest = -1;
    for (const event of events) {
      if (!HANDLED.has(event.type)) continue;
      const cause = { id: event.id, correlationId: event.correlationId, causationId: event.id, of: event as LedgerEvent };
      highest = Math.max(highest, await react(cause, event.type));
    }
    return highest;
  };

  /** Runs the reactions to an instant that has been reached. The decider checks again (decision 8). */
  const due = (instant: DueInstant): Promise<Position> => {
    const id = deps.reactionId('due', `${instant.kind} ${instant.subject} ${instant.at}`, '');
    return react({ id, correlationId: id, causationId: id, of: instant }, instant.kind);
  };

  /** A command with the reactions to its own events, before it answers. */
  const execute: CommandHandler = async (request): Promise<CommandResult> => {
    const { result, recorded } = await deps.handle(request);
    return { ...result, highest: Math.max(result.highest, await follow(recorded)) };
  };

  return { execute, follow, due, handled: [...HANDLED] };
};

export type Reactor = ReturnType<typeof createReactor>;
