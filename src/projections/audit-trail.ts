import { EVENT_SCHEMAS, type EventType } from '../domain/events.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { idOf, type Position } from '../domain/envelope.ts';
import type { Instant } from '../domain/time.ts';
import type { Projection } from './projection.ts';

/** Where an event lies and who did it: what the log is searched by. The event itself stays in the log. */
export type AuditDocument = {
  readonly id: string;
  readonly position: Position;
  readonly at: Instant;
  readonly type: EventType;
  readonly stream: string;
  readonly actor: string;
  /** The organization for which the actor acted. */
  readonly organization: string | null;
  readonly correlationId: string;
  readonly commandId: string;
};

/** Organization by account: grows with the number of accounts, which is thousands, not millions. */
type Homes = Readonly<Record<string, string | undefined>>;

/** Every event, by actor, organization, type, stream and correlation (R24.2). Its order of birth is the ledger's. */
export const auditTrail: Projection<AuditDocument, Homes> = {
  name: 'audit-trail',
  version: 1,
  history: false,
  fields: {
    position: ({ position }) => position,
    at: ({ at }) => at,
    type: ({ type }) => type,
    actor: ({ actor }) => actor,
    organization: ({ organization }) => organization,
    stream: ({ stream }) => stream,
    correlationId: ({ correlationId }) => correlationId,
    commandId: ({ commandId }) => commandId,
  },
  indexes: [
    ['position'],
    ...['type', 'actor', 'organization', 'stream', 'correlationId', 'commandId'].map((field) => [field, 'position']),
  ],
  handles: Object.keys(EVENT_SCHEMAS) as EventType[],
  shared: {
    initial: {},
    evolve: (homes, event: LedgerEvent) =>
      event.type === 'AccountRegistered' ? { ...homes, [idOf(event.stream)]: event.data.organization } : homes,
  },
  project: ({ id, position, at, type, stream, actor, correlationId, commandId }, homes) => {
    const organization = homes[actor] ?? null;
    const doc: AuditDocument = { id, position, at, type, stream, actor, organization, correlationId, commandId };
    return [{ id, apply: () => doc }];
  },
};
