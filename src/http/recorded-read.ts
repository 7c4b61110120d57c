import type { FastifyRequest } from 'fastify';
import { access, type AccessCommand } from '../domain/access.ts';
import type { AccountActor } from '../domain/actor.ts';
import type { Operation } from '../domain/permission-table.ts';
import type { HttpDeps } from './deps.ts';

type Read = Extract<AccessCommand, { type: 'RecordLogRead' | 'RecordPersonalRead' }>;

/** Records a reading of the log or of a person before its answer is sent (decision 15): every read by itself, repeated or not. Resolves once it is durable. */
export const recordRead = async (
  deps: HttpDeps,
  request: FastifyRequest,
  actor: AccountActor,
  operation: Operation,
  { type, data }: Pick<Read, 'type' | 'data'>,
): Promise<void> => {
  const commandId = deps.ids.fresh();
  await deps.execute({
    decider: access,
    id: commandId,
    type,
    data,
    commandId,
    mayRepeat: false,
    requestHash: deps.requestHash(data),
    correlationId: request.id,
    actor: { account: actor.account },
    operation,
    relations: () => ('of' in data && data.of === actor.account ? ['self'] : []),
    creates: true,
  });
};
