import { actorName, type Actor } from '../domain/actor.ts';
import type { Claim, CommandRequest } from '../domain/command-port.ts';
import type { Command } from '../domain/decider.ts';
import type { Event } from '../domain/event.ts';
import type { EventStore } from '../domain/event-store.ts';
import { seal, type EnvelopeDeps } from './envelopes.ts';
import type { FoldCache } from './fold-cache.ts';

type Claiming = {
  readonly request: CommandRequest;
  readonly stream: string;
  readonly command: () => Command;
  readonly actor: Actor;
};
type ClaimDeps = EnvelopeDeps & { readonly store: EventStore; readonly claimId: (commandId: string) => string };

/**
 * Whether the stream never began; if so it is closed for good, so that a slow original fails (decision 7). It may be closed
 * already, by a takeover that was cut off before it took the claim. A race for it is a lost race of the whole command.
 */
const closeIfEmpty = async (deps: ClaimDeps, holder: string, claimStream: string, claiming: Claiming): Promise<boolean> => {
  const [first] = await deps.store.streamSince(holder, -1);
  if (first !== undefined) return first.type === 'CreationAbandoned';
  const commandId = deps.claimId(`${claiming.request.commandId} closes ${holder}`);
  const closing = await seal(
    deps,
    [{ type: 'CreationAbandoned', data: { claim: claimStream, commandId: claiming.request.commandId } }],
    {
      stream: holder,
      revision: -1,
      at: claiming.command().at,
      actor: actorName(claiming.actor),
      onBehalfOf: null,
      request: { ...claiming.request, commandId },
      basisOf: () => [],
    },
  );
  await deps.store.append(holder, closing, 'no_stream');
  return true;
};

/**
 * Wins the claim before the command's own events are appended. `rehearse` decides the command as if the claim were won
 * and throws where a rule refuses it, so that a refused command claims nothing. A repeat finds its own claim and adopts it.
 */
export const claimFirst = async (
  deps: ClaimDeps,
  folds: FoldCache,
  claim: Claim,
  claiming: Claiming,
  rehearse: (claimed: unknown) => Promise<void>,
): Promise<void> => {
  const { decider, id } = claim;
  const stream = `${decider.category}-${id}`;
  const held = await folds.load(decider, id);
  const holder = claim.holder(held.state);
  const abandoned = holder !== null && holder !== claiming.stream && (await closeIfEmpty(deps, holder, stream, claiming));
  const decide = (over: string | null): readonly Event[] => {
    const { type, data } = claim.command(over);
    return decider.decide({ ...claiming.command(), type, data }, held.state, NO_FACTS);
  };
  const events = decide(abandoned ? holder : null);
  const envelopes = await seal(deps, events, {
    stream,
    revision: held.revision,
    at: claiming.command().at,
    actor: actorName(claiming.actor),
    onBehalfOf: null,
    request: { ...claiming.request, commandId: deps.claimId(claiming.request.commandId) },
    basisOf: () => [],
  });
  let claimed = held.state;
  for (const envelope of envelopes) claimed = decider.evolve(claimed, envelope);
  await rehearse(claimed);
  if (envelopes.length === 0) return;
  await deps.store.append(stream, envelopes, held.revision < 0 ? 'no_stream' : held.revision);
  folds.extend(decider, id, envelopes);
};

/** A claim stands on its own stream; a decider of one that asks for more is a bug. */
const noFacts = (): never => {
  throw new Error('a claim is decided without facts');
};
const NO_FACTS = { has: () => false, state: noFacts, members: noFacts };
