import { actorName, isAccount, mandateFor, type Actor } from '../domain/actor.ts';
import { accountFold } from '../domain/account-state.ts';
import type { Clock, CommandRequest, CommandResult, ReadSet } from '../domain/command-port.ts';
import type { Command } from '../domain/decider.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Event } from '../domain/event.ts';
import type { EventEnvelope, Position, RecordedEvent } from '../domain/envelope.ts';
import { RevisionConflict, type EventStore } from '../domain/event-store.ts';
import { delegatingChief, resolveActor } from '../domain/mandate.ts';
import { organizationFold } from '../domain/organization-state.ts';
import { permit } from '../domain/permissions.ts';
import { laterOf } from '../domain/time.ts';
import { claimFirst } from './claims.ts';
import { seal, type EnvelopeDeps } from './envelopes.ts';
import { createFoldCache, type FoldCache, type Folded } from './fold-cache.ts';
import { createFacts, type LoadedFacts } from './loaded-facts.ts';

export type CommandHandlerDeps = EnvelopeDeps & {
  /** A command id of its own for what a command claims first. */
  readonly claimId: (commandId: string) => string;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly readSet: ReadSet;
  /** How many streams' folds to keep; each is a few hundred bytes to a few kilobytes. */
  readonly cachedStreams?: number;
};

/** What a command left in the log, with the events themselves for its reactions. */
export type Handled = { readonly result: CommandResult; readonly recorded: readonly RecordedEvent[] };
export type Handle = (request: CommandRequest) => Promise<Handled>;

const ATTEMPTS = 3;
const FACT_ROUNDS = 4;

/** Asks `reads` until nothing is new (design.md, core types). */
const loadFacts = async (
  request: CommandRequest,
  commandAt: () => Command,
  state: unknown,
  facts: LoadedFacts,
): Promise<Command> => {
  for (let round = 0; round <= FACT_ROUNDS; round += 1) {
    const command = commandAt();
    const missing = (request.decider.reads?.(command, state, facts) ?? []).filter((fact) => !facts.has(fact));
    if (missing.length === 0) return command;
    await facts.load(missing);
  }
  throw new Error(`${request.type}: facts still missing after ${String(FACT_ROUNDS)} rounds`);
};

/**
 * The way of a command (design.md): load and fold, `permit`, answer a repeat, `If-Match`, `decide`, append at the
 * revision it saw. A lost race is read and decided again, at most three times; under `If-Match` that reading answers 412.
 */
export const createCommandHandler = (deps: CommandHandlerDeps): { readonly handle: Handle; readonly folds: FoldCache } => {
  const { store, clock } = deps;
  const folds = createFoldCache(store, deps.cachedStreams ?? 50_000);
  const head = async (): Promise<Position> => (await store.head()).position;

  const actorOf = async (request: CommandRequest, facts: LoadedFacts): Promise<Actor> => {
    if ('system' in request.actor) return request.actor;
    const person = await facts.loadStream(accountFold, request.actor.account);
    if (!('kind' in person)) throw new DomainError('token.unknown-account');
    const home = await facts.loadStream(organizationFold, person.organization);
    const chief = delegatingChief(person, home);
    const chiefState = chief === null ? null : await facts.loadStream(accountFold, chief);
    const actor = resolveActor(person, home, chiefState, request.actor.account, clock.now());
    if (actor === null) throw new DomainError('token.unknown-account');
    return actor;
  };

  /** The first result again, from the command's own events (decision 3). */
  const repeated = async (request: CommandRequest, stream: string): Promise<Handled | null> => {
    const first = request.mayRepeat ? await store.eventById(deps.eventId(request.commandId, 0)) : undefined;
    if (first === undefined) return null;
    if (first.stream !== stream) throw new Error(`command ${request.commandId} began in ${first.stream}, not in ${stream}`);
    if (first.requestHash !== request.requestHash) throw new DomainError('idempotency.key-reused');
    const own: RecordedEvent[] = [];
    for await (const event of store.readStream(stream, { fromRevision: first.revision })) {
      if (event.commandId !== request.commandId) break;
      own.push(event);
    }
    return { result: resultOf(request.id, own, true, await head()), recorded: own };
  };

  const attempt = async (request: CommandRequest, presumeNew: boolean): Promise<Handled> => {
    const stream = `${request.decider.category}-${request.id}`;
    const facts = createFacts(folds, deps.readSet, head);
    const actor = await actorOf(request, facts);
    const target = presumeNew ? emptyOf(request) : await folds.load(request.decider, request.id);
    if (target.revision < 0 && !request.creates) throw new DomainError('thing.not-found');
    if (request.operation !== null && isAccount(actor)) permit(request.operation, actor, request.relations(target.state, actor));
    if (target.revision >= 0) {
      const before = await repeated(request, stream);
      if (before !== null) return before;
    }
    if (request.ifMatch !== undefined && request.ifMatch !== target.revision)
      throw new DomainError('precondition.stale', { expected: request.ifMatch, actual: target.revision });
    return decideAndAppend(request, stream, target, actor, facts);
  };

  const decideAndAppend = async (
    request: CommandRequest,
    stream: string,
    target: Folded,
    actor: Actor,
    facts: LoadedFacts,
  ): Promise<Handled> => {
    const { decider, id, commandId } = request;
    let data = request.data;
    const command = (): Command => ({
      type: request.type,
      id: commandId,
      at: laterOf(laterOf(clock.now(), target.at), facts.latest()),
      actor,
      data,
    });
    const decide = async (): Promise<{ events: readonly Event[]; ready: Command }> => {
      const ready = await loadFacts(request, command, target.state, facts);
      return { events: decider.decide(ready, target.state, facts), ready };
    };
    const claim = request.claim?.(target.state) ?? null;
    if (claim !== null)
      await claimFirst(deps, folds, claim, { request, stream, command, actor }, async (claimed) => {
        data = claim.complete?.(claimed) ?? data;
        await decide();
      });
    const { events, ready } = await decide();
    if (events.length === 0) return nothingToDo(id, target, await head());

    await request.prepare?.();
    const matter = decider.matter?.(ready, target.state) ?? null;
    const onBehalfOf = matter === null ? null : (mandateFor(actor, matter)?.onBehalfOf ?? null);
    const basis = facts.basis();
    const envelopes = await seal(deps, events, {
      stream,
      revision: target.revision,
      at: ready.at,
      actor: actorName(actor),
      onBehalfOf,
      request,
      basisOf: (event) => decider.basisOf?.(event, basis) ?? basis,
    });
    const recorded = await appendAll(stream, envelopes, target.revision);
    folds.extend(decider, id, envelopes);
    const last = recorded[recorded.length - 1]?.position ?? -1;
    return { result: resultOf(id, recorded, false, last), recorded };
  };

  const appendAll = async (
    stream: string,
    envelopes: readonly EventEnvelope[],
    revision: number,
  ): Promise<readonly RecordedEvent[]> => {
    const { position, repeated: lost } = await store.append(stream, envelopes, revision < 0 ? 'no_stream' : revision);
    // The same command came first, by another request: it may have said something else, and its answer is the first one's.
    if (lost) throw new RevisionConflict(stream, revision, revision + envelopes.length);
    const first = position - envelopes.length + 1;
    return envelopes.map((envelope, index) => ({ ...envelope, position: first + index }));
  };

  /**
   * What a command creates is nearly always new, and looking for it in the log costs more than deciding: it is presumed to
   * be. The append finds out otherwise, and so may a rule; then the command is handled with its stream read.
   */
  const handlePresumedNew = async (request: CommandRequest): Promise<Handled | null> => {
    try {
      return await attempt(request, true);
    } catch (error) {
      if (error instanceof RevisionConflict || error instanceof DomainError) return null;
      throw error;
    }
  };

  const handle = async (request: CommandRequest): Promise<Handled> => {
    if (isPresumedNew(request)) {
      const handled = await handlePresumedNew(request);
      if (handled !== null) return handled;
    }
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(request, false);
      } catch (error) {
        if (!(error instanceof RevisionConflict) || tries === ATTEMPTS) throw error;
      }
    }
  };
  return { handle, folds };
};

/** Nothing may come about before the append that could find the presumption wrong. */
const isPresumedNew = ({ creates, claim, prepare }: CommandRequest): boolean =>
  creates && claim === undefined && prepare === undefined;
const emptyOf = ({ decider }: CommandRequest): Folded => ({ state: decider.initialState(), revision: -1, at: '' });

const resultOf = (id: string, own: readonly RecordedEvent[], replayed: boolean, highest: Position): CommandResult => {
  const last = own[own.length - 1];
  if (last === undefined) throw new Error('a command that left events has a last one');
  return { id, revision: last.revision, position: last.position, events: own.map(({ type }) => type), replayed, highest };
};

const nothingToDo = (id: string, target: Folded, position: Position): Handled => ({
  result: { id, revision: target.revision, position, events: [], replayed: false, highest: position },
  recorded: [],
});
