import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotJson } from '../../../src/domain/canonical-json.ts';
import { BadEnvelope } from '../../../src/domain/envelope.ts';
import { LedgerUnsealed, RevisionConflict, StoreUnavailable } from '../../../src/domain/event-store.ts';
import { withBudget } from '../../../src/infra/command-budget.ts';
import { openEsdbEventStore } from '../../../src/infra/esdb/event-store.ts';
import { startEsdbWorker } from '../../../src/infra/esdb/worker.ts';
import { envelopeOf, envelopesOf, uuidOf } from '../../support/envelopes.ts';
import { checkLedger, eventually, freshLog, openEsdbLog, type EsdbLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

const took = async <T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly error: unknown }> => {
  const began = performance.now();
  const error: unknown = await work().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return { ms: performance.now() - began, error };
};

describe.each([
  ['in batches', true],
  ['a call each', false],
])('appends on EventStoreDB, %s', (_, batch) => {
  let server: EsdbServer;
  let log: EsdbLog;
  beforeAll(async () => {
    server = await startEsdbServer({ batch });
  });
  afterAll(async () => {
    await server.dispose();
  });
  beforeEach(async () => {
    log = await openEsdbLog(freshLog(server.address));
  });
  afterEach(async () => {
    await server.clear();
    await log.dispose();
  });
  const first = envelopeOf('login-a', 0);

  it.each([
    ['no answer', {}],
    ['a call cut off', { code: 1 }],
    ['a dead channel', { code: 14 }],
    ['a deadline', { code: 4 }],
    ['a time-out while committing', { code: 10 }],
  ])('are there once, and answered as their own, after %s to what was written', async (__, how) => {
    await server.fault({ name: 'lost-ack', times: 1, stream: 'login-a', ...how });
    expect(await log.store.append('login-a', [first], 'no_stream')).toEqual({ revision: 0, position: 0, repeated: false });
    expect(await checkLedger(log.store)).toHaveLength(1);
  });

  it('are found by their ids where the server no longer knows them', async () => {
    await server.fault({ name: 'lost-ack', times: 1, code: 14, stream: 'login-a' });
    await server.fault({ name: 'forget-ids', stream: 'login-a' });
    await server.fault({ name: 'read', code: 14, times: 1, stream: 'login-a' });
    expect(await log.store.append('login-a', [first], 'no_stream')).toEqual({ revision: 0, position: 0, repeated: false });
  });

  it('tell another who was first under the same ids', async () => {
    const mine = envelopeOf('login-a', 0, { nonce: 'BBBBBBBBBBBBBBBBBBBBBB' });
    const both = await Promise.all([
      log.store.append('login-a', [first], 'no_stream'),
      log.store.append('login-a', [mine], 'no_stream'),
    ]);
    expect(both.map(({ repeated }) => repeated)).toEqual([false, true]);
  });

  it('lose a race after an unknown outcome as before one', async () => {
    await log.store.append('login-a', [first], 'no_stream');
    await server.fault({ name: 'refuse', times: 1, code: 14, stream: 'login-a' });
    const stale = envelopeOf('login-a', 0, { id: uuidOf('stale') });
    await expect(log.store.append('login-a', [stale], 'no_stream')).rejects.toEqual(
      new RevisionConflict('login-a', 'no_stream', 0),
    );
  });

  it.each([
    ['a node that does not lead any more', { name: 'not-leader', times: 1 }],
    ['a busy server', { name: 'refuse', times: 2, code: 2, exception: 'unknown', stream: 'login-a' }],
    ['a deadline of the server', { name: 'refuse', times: 2, code: 4, exception: 'timeout', stream: 'login-a' }],
    ['a look-up of features that fails for good', { name: 'features', times: 1, code: 13 }],
  ] as const)('are made again after %s', async (__, fault) => {
    await server.fault(fault);
    expect(await log.store.append('login-a', [first], 'no_stream')).toMatchObject({ position: 0, repeated: false });
  });

  it.each([
    ['no rights', { code: 7, exception: 'access-denied' }],
    ['a stream that was deleted', { code: 9, exception: 'stream-deleted' }],
    ['a server that takes less at once', { code: 3, exception: 'maximum-append-size-exceeded' }],
  ])('are given up at once on %s', async (__, how) => {
    await server.fault({ name: 'refuse', stream: 'login-a', ...how });
    const { ms, error } = await took(() => log.store.append('login-a', [first], 'no_stream'));
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect((error as Error).message).toContain(how.exception);
    expect(ms).toBeLessThan(1_000);
  });

  it('are answered where the server does not say where they lie', async () => {
    await server.fault({ name: 'no-position', times: 1, stream: 'login-a' });
    expect(await log.store.append('login-a', [first], 'no_stream')).toMatchObject({ revision: 0, position: 0 });
  });

  it.each([
    ['a bigint', 1n],
    ['a cycle', (() => { const cycle: { self?: unknown } = {}; cycle.self = cycle; return cycle; })()],
  ])('refuse %s, at which the client would wait for ever', async (__, value) => {
    const event = envelopeOf('login-a', 0, { data: { account: 'a', commandId: 'c', value } });
    await expect(log.store.append('login-a', [event], 'no_stream')).rejects.toBeInstanceOf(NotJson);
  }); // prettier-ignore

  it('refuse a category that nobody would seal', async () => {
    await expect(log.store.append('other-a', [envelopeOf('other-a', 0)], 'no_stream')).rejects.toBeInstanceOf(BadEnvelope);
  });

  it('end within the budget of their command on a mute server, and so do reads', async () => {
    await server.fault({ name: 'mute' });
    const calls: readonly (() => Promise<unknown>)[] = [
      () => log.store.append('login-a', [first], 'no_stream'),
      async () => log.store.streamSince('login-a', -1),
      () => log.store.head(),
      () => log.store.eventById(first.id),
      () => log.store.positionAt(first.at),
    ];
    for (const { ms, error } of await Promise.all(calls.map((call) => took(() => withBudget(800, call))))) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(ms).toBeLessThan(1_500);
    }
    // What was asked is done late: the very same request, which is there once.
    await server.clear();
    expect((await log.store.append('login-a', [first], 'no_stream')).position).toBe(0);
    expect(await checkLedger(log.store)).toHaveLength(1);
  });

  it.each([1, 4, 10, 14])('are read again where a read breaks with %i', async (code) => {
    await log.store.append('login-a', [first], 'no_stream');
    for (const stream of ['login-a', 'ledger']) await server.fault({ name: 'read', code, times: 2, stream: `${stream}$` });
    expect(await log.store.streamSince('login-a', -1)).toHaveLength(1);
    expect(await checkLedger(log.store)).toHaveLength(1);
  });

  it('go on by themselves after a restart of the server on the same port', async () => {
    await log.store.append('login-a', [first], 'no_stream');
    await server.kill();
    const { error, ms } = await took(() => log.store.append('login-a', [envelopeOf('login-a', 1)], 0));
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(ms).toBeLessThan(5_000);
    await server.restart();
    expect(await log.store.append('login-a', [envelopeOf('login-a', 1)], 0)).toMatchObject({ revision: 1, position: 1 });
    expect(await checkLedger(log.store)).toHaveLength(2);
  });
});

describe('without a sequencer', () => {
  let server: EsdbServer;
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });

  it('an append is written but not sealed, is not read, and a repeat of it gives the result', async () => {
    const address = freshLog(server.address);
    const store = await openEsdbEventStore({ address, budgetMs: 500 });
    const event = envelopeOf('login-a', 0);
    const unsealed = await took(() => store.append('login-a', [event], 'no_stream'));
    expect(unsealed.error).toBeInstanceOf(LedgerUnsealed);
    expect(unsealed.ms).toBeLessThan(1_000);
    expect((await took(() => Promise.resolve(store.streamSince('login-a', -1)))).error).toBeInstanceOf(LedgerUnsealed);
    expect((await store.head()).position).toBe(-1);
    const worker = startEsdbWorker({ address });
    await eventually(
      () => store.head(),
      ({ position }) => position === 0,
    );
    expect(await store.append('login-a', [event], 'no_stream')).toEqual({ revision: 0, position: 0, repeated: true });
    expect(await store.streamSince('login-a', -1)).toHaveLength(1);
    await worker.close();
    await store.close();
  });

  it('a node stops where the server came back with an older copy of the log', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hongzhang-restored-'));
    const file = join(folder, 'store.jsonl');
    const restored = await startEsdbServer({ file });
    const { store, dispose } = await openEsdbLog(freshLog(restored.address));
    await store.append('login-a', envelopesOf('login-a', 0, 1), 'no_stream');
    copyFileSync(file, `${file}.older`);
    await store.append('login-b', envelopesOf('login-b', 0, 1), 'no_stream');
    await restored.kill();
    copyFileSync(`${file}.older`, file);
    await restored.restart();
    await eventually(
      async () =>
        (await took(() => withBudget(700, () => store.append('login-c', envelopesOf('login-c', 0, 1), 'no_stream')))).error,
      (error) => error instanceof StoreUnavailable && error.message.includes('not the one that this node knows'),
    );
    // Readiness asks for the head.
    await expect(store.head()).rejects.toThrow('not the one that this node knows');
    await dispose();
    await restored.dispose();
    rmSync(folder, { recursive: true });
  });

  it('two appends share one budget', async () => {
    const store = await openEsdbEventStore({ address: freshLog(server.address) });
    const { ms } = await took(() =>
      withBudget(600, async () => {
        await store.append('login-a', envelopesOf('login-a', 0, 1), 'no_stream').catch(() => undefined);
        await store.append('login-b', envelopesOf('login-b', 0, 1), 'no_stream').catch(() => undefined);
      }),
    );
    expect(ms).toBeLessThan(1_100);
    await store.close();
  });
});
