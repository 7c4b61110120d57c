import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LedgerUnsealed } from '../../../src/domain/event-store.ts';
import { openConnection } from '../../../src/infra/esdb/connection.ts';
import { openEsdbEventStore } from '../../../src/infra/esdb/event-store.ts';
import { createLedgerReader } from '../../../src/infra/esdb/ledger-reader.ts';
import { parseAddress } from '../../../src/infra/esdb/address.ts';
import type { Leases } from '../../../src/infra/lease.ts';
import { runSequencer, type SequencerStep } from '../../../src/infra/esdb/sequencer.ts';
import { startEsdbWorker } from '../../../src/infra/esdb/worker.ts';
import { envelopeOf, envelopesOf } from '../../support/envelopes.ts';
import { allEvents, checkLedger, eventually, freshLog, openEsdbLog, type EsdbLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';
import type { Fault } from '../../support/esdb-server/faults.ts';

describe('the sequencer', () => {
  let server: EsdbServer;
  let address: string;
  let log: EsdbLog;
  beforeAll(async () => {
    // Beyond what a number holds: native positions are never numbers.
    server = await startEsdbServer({ firstPosition: '9007199254740993111' });
  });
  afterAll(async () => {
    await server.dispose();
  });
  beforeEach(async () => {
    address = freshLog(server.address);
    log = await openEsdbLog(address);
  });
  afterEach(async () => {
    await server.clear();
    await log.dispose();
  });
  const append = (stream: string, count = 1) => log.store.append(stream, envelopesOf(stream, 0, count), 'no_stream');
  const appendMany = (from: number, count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => append(`login-${String(from + n)}`, 1 + (n % 3))));
  const faults = async (all: readonly Fault[]): Promise<void> => {
    for (const fault of all) await server.fault(fault);
  };

  it('gives the positions of the server`s order, and the tree over them', async () => {
    await appendMany(0, 60);
    const events = await checkLedger(log.store);
    expect(events).toHaveLength(120);
    expect(log.store.index().position).toBe(119);
  });

  it.each([
    ['a subscription breaks', [{ name: 'drop', times: 3, stream: '^\\$all$', code: 14 }]],
    ['the server finds it too slow', [{ name: 'drop', times: 3, stream: '^\\$all$', code: 10, details: 'Consumer too slow' }]],
    ['the server shuts down a call', [{ name: 'drop', times: 3, stream: '^\\$all$', code: 1 }]],
    ['a subscription ends as if it were over', [{ name: 'end', times: 3, stream: '^\\$all$' }]],
    ['events come twice', [{ name: 'duplicate', stream: 'login-' }]],
    ['an append of links is not answered', [{ name: 'lost-ack', times: 2, stream: 'ledger$' }]],
    ['an append of links is cut off after it was done', [{ name: 'lost-ack', times: 3, code: 1, stream: 'ledger$' }]],
    ['an append of links is refused for a while', [{ name: 'refuse', times: 3, code: 14, stream: 'ledger$' }]],
    ['the node does not lead', [{ name: 'not-leader', times: 4 }]],
    ['the server does not say where an event lies', [{ name: 'no-position', times: 3, stream: 'login-' }]],
    ['links come twice', [{ name: 'duplicate', stream: 'ledger$' }]],
    ['the subscription to the ledger ends', [{ name: 'end', times: 3, stream: 'ledger$' }]],
    ['the subscription to the ledger breaks', [{ name: 'drop', times: 3, stream: 'ledger$' }]],
  ] as readonly (readonly [string, readonly Fault[]])[])('leaves no gap, no double and no other order where %s', async (_, on) => {
    await appendMany(0, 10);
    await faults(on);
    await appendMany(100, 30);
    await server.clear();
    await appendMany(200, 5);
    const events = await checkLedger(log.store);
    expect(events).toHaveLength(19 + 60 + 9);
    expect(await log.store.positionAt('2026-01-05T01:00:00.000Z')).toBe(87);
    for (const event of [events[0], events[87]]) expect(await log.store.eventById(event?.id ?? '')).toEqual(event);
  });

  // A8.6: not found by looking at the positions, since a node also looks for itself.
  it.each(['$all', 'ledger'])('subscribes to %s again where the server ended that', async (stream) => {
    await append('login-a');
    const before = (
      await eventually(
        () => server.status(),
        ({ subscriptions }) => subscriptions >= 2,
      )
    ).subscriptions;
    await server.fault({ name: 'end', times: 1, stream: `${stream.replace('$', '\\$')}$` });
    await append('login-b');
    await server.clear();
    await append('login-c');
    await eventually(
      () => server.status(),
      ({ subscriptions }) => subscriptions === before,
    );
  });

  // A7: a checkpoint that says the end of the log is the place of the next event.
  it('never resumes from a checkpoint, which may lie ahead', async () => {
    await append('login-a');
    await server.fault({ name: 'checkpoint-ahead', stream: '^\\$all$' });
    await append('login-b');
    const end = log.worker.status().considered;
    await eventually(
      () => log.worker.status().considered,
      (considered) => considered?.commit !== end?.commit,
    );
    for (let round = 0; round < 5; round += 1) {
      await server.fault({ name: 'drop', times: 1, stream: '^\\$all$' });
      await append(`login-after-${String(round)}`);
    }
    expect(await checkLedger(log.store)).toHaveLength(7);
  });

  // A8.1
  it('is not stopped by one who listens badly', async () => {
    await log.worker.close();
    const bad = startEsdbWorker({
      address,
      onStatus: ({ considered }) => {
        if (considered !== null) throw new Error('a listener failed');
      },
    });
    await appendMany(0, 20);
    expect(await checkLedger(log.store)).toHaveLength(39);
    await bad.close();
  });

  it('resumes exactly where another has stopped, at positions that no number holds', async () => {
    for (let round = 0; round < 4; round += 1) {
      await appendMany(round * 10, 5);
      await log.worker.close();
      log = { ...log, worker: startEsdbWorker({ address }) };
    }
    expect(await checkLedger(log.store)).toHaveLength(36);
    const [last] = await openConnection(address).read('ledger', { from: 'end', backwards: true, limit: 1, timeoutMs: 2_000 });
    const { commit } = last?.event?.metadata as { commit: string };
    expect(BigInt(commit)).toBeGreaterThan(9_007_199_254_740_993_111n);
  });

  it('waits for its turn while another leads', async () => {
    await append('login-a');
    const second = startEsdbWorker({ address });
    await append('login-b');
    expect([log.worker.status().leading, second.status().leading]).toEqual([true, false]);
    await log.worker.close();
    await append('login-c');
    expect(second.status().leading).toBe(true);
    log = { ...log, worker: second };
    expect(await checkLedger(log.store)).toHaveLength(3);
  });

  const steps: readonly SequencerStep[] = ['leading', 'last link read', 'batch made', 'batch under way', 'batch answered'];
  it.each(steps)('goes on where it failed at “%s”, with another beside it', async (at) => {
    await log.worker.close();
    let fails = 3;
    const step = (now: SequencerStep): void => {
      if (now !== at || fails === 0) return;
      fails -= 1;
      throw new Error(`failed at ${now}`);
    };
    const workers = [startEsdbWorker({ address, step }), startEsdbWorker({ address, step })];
    for (let round = 0; round < 4; round += 1) await appendMany(round * 10, 6);
    expect(await checkLedger(log.store)).toHaveLength(48);
    await Promise.all(workers.map((worker) => worker.close()));
  });

  it('is guarded by compare-and-set alone where two believe that they lead', async () => {
    await log.worker.close();
    const stopping = new AbortController();
    const everybody: Leases = {
      run: async (name, work, { signal }) => {
        while (!signal.aborted) await work({ name, token: 1, signal, held: () => !signal.aborted });
      },
    };
    const connections = [1, 2, 3].map(() => openConnection(address));
    const { namespace } = parseAddress(address);
    const running = connections.map((connection) =>
      runSequencer({ connection, ledger: createLedgerReader(connection, namespace), leases: everybody, signal: stopping.signal }),
    );
    for (let round = 0; round < 8; round += 1) await appendMany(round * 10, 8);
    expect(await checkLedger(log.store)).toHaveLength(8 * 15);
    stopping.abort();
    await Promise.all(running);
    await Promise.all(connections.map((connection) => connection.close()));
  });

  it('stops before an event that is none of ours, and says which', async () => {
    await append('login-a');
    const connection = openConnection(address);
    await connection.append('login-stranger', [{ id: randomUUID(), type: 'Strange', json: { x: 1 } }], -1, 2_000);
    await connection.close();
    const short = await openEsdbEventStore({ address, budgetMs: 500 });
    await expect(short.append('login-b', [envelopeOf('login-b', 0)], 'no_stream')).rejects.toBeInstanceOf(LedgerUnsealed);
    expect(log.worker.status().error).toContain('login-stranger@0');
    expect(await allEvents(short)).toHaveLength(1);
    await short.close();
  });

  it('does not let a follower go where the ledger has something else than a link', async () => {
    await append('login-a');
    const connection = openConnection(address);
    await connection.append('ledger', [{ id: randomUUID(), type: 'Strange', json: { x: 1 } }], 0, 2_000);
    await connection.close();
    await expect(allEvents(log.store)).rejects.toThrow('is no link');
  });

  it.each([
    ['leads nowhere', { name: 'unresolved', times: 1, stream: 'ledger$' }, 'leads to no event'],
    ['leads to other bytes than were sealed', { name: 'spoil', times: 1, stream: 'ledger$' }, 'other bytes'],
  ] as const)('stops a reader at a link that %s', async (_, fault, reason) => {
    await appendMany(0, 3);
    await server.fault(fault);
    await expect(allEvents(log.store)).rejects.toThrow(reason);
  });

  it('reads on where the server ended a read too early', async () => {
    await appendMany(0, 10);
    await server.fault({ name: 'cut', times: 3, after: 4, stream: 'ledger$' });
    expect(await allEvents(log.store)).toHaveLength(19);
  });

  it('lets a node that opens later know everything', async () => {
    await appendMany(0, 40);
    const later = await openEsdbEventStore({ address });
    expect(await checkLedger(later)).toEqual(await allEvents(log.store));
    const events = await allEvents(later);
    for (const event of events.slice(0, 5)) expect(await later.eventById(event.id)).toEqual(event);
    await later.close();
  });
});
