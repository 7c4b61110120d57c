import { randomBytes } from 'node:crypto';
import type { CommandRequest, ReadSet } from '../../src/domain/command-port.ts';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import type { EventStore } from '../../src/domain/event-store.ts';
import { organization } from '../../src/domain/organization.ts';
import type { Instant } from '../../src/domain/time.ts';
import { bootstrap } from '../../src/infra/bootstrap.ts';
import { createCommandHandler } from '../../src/infra/command-handler.ts';
import * as ids from '../../src/infra/identifiers.ts';
import { createMemoryEventStore } from '../../src/infra/memory-event-store.ts';
import { createReactor } from '../../src/infra/reactor.ts';
import { createSealer } from '../../src/infra/vault/sealing.ts';
import type { SubjectKey } from '../../src/infra/vault/vault.ts';
import { uuidOf } from './envelopes.ts';

const SECRET = Buffer.alloc(32, 1);
/** Keys in memory, for what needs no files. */
export const memoryVault = () => {
  const keys = new Map<string, SubjectKey>();
  return {
    keyOf: (subject: string): Promise<SubjectKey> => {
      const known = keys.get(subject) ?? { keyId: uuidOf(`key of ${subject}`), key: randomBytes(32) };
      keys.set(subject, known);
      return Promise.resolve(known);
    },
    keyById: (keyId: string): Promise<Buffer | undefined> =>
      Promise.resolve([...keys.values()].find((known) => known.keyId === keyId)?.key),
  };
};

/** Commands and reactions over a log in memory that two administrators and two lead officers have begun. */
export const openLedger = async () => {
  let now: Instant = '2026-03-02T01:00:00.000Z';
  const clock = { now: (): Instant => now };
  const log = createMemoryEventStore();
  const sealer = createSealer({ vault: memoryVault(), randomBytes });

  /** A process over the log, with nothing remembered from before; `store` may be one that fails. */
  const start = (store: EventStore = log) => {
    // There are no views here: no merger is known to wait, and nobody asks for another set.
    const readSet: ReadSet = (set) =>
      set === 'announced-mergers' ? Promise.resolve({ members: [], position: -1 }) : Promise.reject(new Error('no such set here'));
    const { handle, folds } = createCommandHandler({
      store,
      clock,
      readSet,
      sealPersonal: (data) => Promise.resolve(sealer.sealPersonal(data)),
      eventId: ids.eventId,
      claimId: ids.claimId,
      nonce: () => randomBytes(16).toString('base64url'),
    });
    const refused: (readonly [reaction: string, cause: string, code: string])[] = [];
    const reactor = createReactor({
      handle,
      folds,
      store,
      readSet,
      reactionId: ids.reactionId,
      thingId: ids.thingId,
      requestHash: (body) => ids.requestHash(SECRET, body),
      onRefused: (...what) => refused.push(what),
    });
    return { handle, reactor, refused };
  };

  const first = start();
  const person = (login: string) => ({ login, name: login, password: '' });
  const begun = await bootstrap(
    {
      execute: first.reactor.execute,
      commandId: ids.commandId,
      thingId: ids.thingId,
      requestHash: (body) => ids.requestHash(SECRET, body),
      loginHash: (login) => ids.loginHash(SECRET, login),
      setPassword: () => Promise.resolve(),
    },
    {
      organizations: [
        { slug: 'home', ...registrationOf('南昌市大数据局'), level: 'city', kind: 'lead-office', functions: ['lead-office'] },
      ],
      leadOffice: 'home',
      administrators: [person('admin-1'), person('admin-2')],
      leadOfficers: [person('lead-1'), person('lead-2')],
      packs: [],
      notices: [],
    },
  );
  return {
    log,
    clock: { ...clock, set: (instant: Instant): void => { now = instant; } }, // prettier-ignore
    start,
    home: begun.organizations.get('home') ?? '',
    admin: begun.administrators[0],
    officer: begun.leadOfficers[0],
    loginHash: (login: string) => ids.loginHash(SECRET, login),
    /** The events after a position. */
    since: async (position: number): Promise<readonly RecordedEvent[]> => {
      const events: RecordedEvent[] = [];
      for await (const event of log.readAll({ after: position })) events.push(event);
      return events;
    },
  };
};
export type Ledger = Awaited<ReturnType<typeof openLedger>>;

/** A command under a key, as HTTP would hand it over; by the system unless the test says otherwise. */
export const requestOf = (
  key: string,
  { decider = organization, ...part }: Partial<CommandRequest> & Pick<CommandRequest, 'type' | 'data'>,
): CommandRequest => {
  const commandId = ids.commandId('somebody', 'POST', '/somewhere', key);
  return {
    decider,
    id: ids.thingId(commandId),
    commandId,
    mayRepeat: true,
    requestHash: ids.requestHash(SECRET, part.data),
    correlationId: uuidOf(`request ${key}`),
    actor: { system: 'system:test' },
    operation: null,
    relations: () => [],
    creates: false,
    ...part,
  };
};

/** What a registration of an organization says. */
export const registrationOf = (name: string, part: object = {}) => ({
  name,
  shortName: null,
  aliases: [],
  level: 'city',
  kind: 'department',
  divisionCode: '360100',
  parent: null,
  functions: [],
  receivesApplications: false,
  providerCode: null,
  validFrom: null,
  ...part,
});

/** A store whose n-th append (from 1) ends the process, before or after it is durable. */
export const dyingAt = (store: EventStore, n: number, moment: 'before' | 'after'): EventStore => {
  let appends = 0;
  return {
    ...store,
    append: async (...args) => {
      appends += 1;
      if (appends >= n && moment === 'before') throw new Error('killed');
      const appended = await store.append(...args);
      if (appends >= n) throw new Error('killed');
      return appended;
    },
  };
};
