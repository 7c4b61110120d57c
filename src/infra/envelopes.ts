import type { CommandRequest } from '../domain/command-port.ts';
import type { Event } from '../domain/event.ts';
import type { Basis, EventEnvelope } from '../domain/envelope.ts';
import { EVENT_SCHEMAS } from '../domain/events.ts';
import type { AccountId } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';

export type EnvelopeDeps = {
  /** Replaces plain personal values by sealed ones; the keys are durable when it resolves (decision 16). */
  readonly sealPersonal: (data: unknown) => Promise<unknown>;
  /** The id of a command's n-th event: the same at every repeat (decision 3). */
  readonly eventId: (commandId: string, index: number) => string;
  /** 16 random bytes in base64url. */
  readonly nonce: () => string;
};

type Wrapping = {
  readonly stream: string;
  /** Of the stream's last event; -1: none. */
  readonly revision: number;
  readonly at: Instant;
  readonly actor: string;
  readonly onBehalfOf: AccountId | null;
  readonly request: Pick<CommandRequest, 'commandId' | 'correlationId' | 'causationId' | 'requestHash'>;
  /** What an event rests on. */
  readonly basisOf: (event: Event) => readonly Basis[];
};

/** Wraps decided events in their envelopes, ready to be appended after `revision` (decision 4). */
export const seal = async (deps: EnvelopeDeps, events: readonly Event[], wrapping: Wrapping): Promise<readonly EventEnvelope[]> => {
  const { stream, revision, at, actor, onBehalfOf, request, basisOf } = wrapping;
  const envelopes: EventEnvelope[] = [];
  for (const [index, event] of events.entries()) {
    const { type, data } = event;
    const basis = basisOf(event);
    const schema = EVENT_SCHEMAS[type];
    if (schema === undefined) throw new Error(`${type} is not in the catalogue of events`);
    envelopes.push({
      v: 1,
      id: deps.eventId(request.commandId, index),
      stream,
      revision: revision + 1 + index,
      type,
      schema,
      at,
      actor,
      ...(onBehalfOf === null ? {} : { onBehalfOf }),
      correlationId: request.correlationId,
      causationId: request.causationId ?? request.commandId,
      commandId: request.commandId,
      requestHash: request.requestHash,
      ...(basis.length === 0 ? {} : { basis }),
      nonce: deps.nonce(),
      data: await deps.sealPersonal(data),
    });
  }
  return envelopes;
};
