import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openConnection } from '../../../src/infra/esdb/connection.ts';
import { openEsdbEventStore, type EsdbEventStore } from '../../../src/infra/esdb/event-store.ts';
import type { SequencerStep } from '../../../src/infra/esdb/sequencer.ts';
import { startEsdbWorker } from '../../../src/infra/esdb/worker.ts';
import { envelopeOf } from '../../support/envelopes.ts';
import { checkLedger, esdbChild, eventually, freshLog, type EsdbChild } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

const LEASE_MS = 2_000;

describe('processes on one EventStoreDB', () => {
  let server: EsdbServer;
  const children: EsdbChild[] = [];
  const child = (...args: readonly string[]): EsdbChild => {
    const started = esdbChild(args);
    children.push(started);
    return started;
  };
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });
  afterEach(async () => {
    for (const { child: running, ended } of children.splice(0)) {
      running.kill('SIGKILL');
      await ended;
    }
  });
  const leads = (worker: EsdbChild) =>
    eventually(
      () => worker.lines.at(-1) ?? '',
      (line) => line.startsWith('leads'),
      20_000,
    );

  /** Appends to streams of its own, one after another, until told to stop; asks again under the same ids where it must. */
  const appendOn = (store: EsdbEventStore, name: string) => {
    const state = { stopped: false, acknowledged: [] as { id: string; position: number; at: number }[] };
    const running = (async () => {
      for (let n = 0; !state.stopped; n += 1) {
        const event = envelopeOf(`login-${name}`, n);
        for (let answered = false; !answered;) {
          const appended = await store.append(event.stream, [event], n === 0 ? 'no_stream' : n - 1).catch(() => undefined);
          if (appended !== undefined) state.acknowledged.push({ id: event.id, position: appended.position, at: performance.now() });
          answered = appended !== undefined;
        }
      }
    })();
    return {
      acknowledged: state.acknowledged,
      stop: async () => {
        state.stopped = true;
        await running;
      },
    };
  };
  const expectAll = async (store: EsdbEventStore, acknowledged: readonly { id: string; position: number }[]): Promise<void> => {
    const events = await checkLedger(store);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged.filter(({ id, position }) => events[position]?.id !== id)).toEqual([]);
  };

  it('lets one of several win each stream, while they overlap', async () => {
    const address = freshLog(server.address);
    const worker = startEsdbWorker({ address });
    const store = await openEsdbEventStore({ address });
    const streams = 30;
    const racers = ['one', 'two', 'three'].map((name) => child('race', address, name));
    await Promise.all(racers.map(({ ready }) => ready));
    for (let n = 0; n < streams; n += 1) {
      const done = racers.map((racer) => new Promise((resolve) => racer.child.once('message', resolve)));
      for (const racer of racers) racer.child.send(n);
      await Promise.all(done);
    }
    for (const racer of racers) racer.child.send('end');
    await Promise.all(racers.map(({ ended }) => ended));
    expect(await checkLedger(store)).toHaveLength(streams);
    const attempts = racers.flatMap(({ lines }) => lines.map((line) => line.split(' ')));
    expect(attempts).toHaveLength(3 * streams);
    expect(attempts.filter(([outcome]) => outcome === 'won')).toHaveLength(streams);
    const overlapped = Array.from({ length: streams }, (_, n) => attempts.filter(([, stream]) => stream === `login-race-${String(n)}`)).filter(
      (tries) => Math.max(...tries.map(([, , began]) => Number(began))) < Math.min(...tries.map(([, , , ended]) => Number(ended))),
    ); // prettier-ignore
    expect(overlapped.length).toBeGreaterThan(0);
    await store.close();
    await worker.close();
  });

  /** A sequencer ends under load while another waits; gives the next position in time, and nothing is lost. */
  const takeOver = async (address: string, doomed: EsdbChild, end: (load: ReturnType<typeof appendOn>) => Promise<void>) => {
    const store = await openEsdbEventStore({ address });
    const loads = [appendOn(store, 'a'), appendOn(store, 'b')] as const;
    const [load] = loads;
    // The one that waits starts when the doomed one has begun, so that it finds the lease taken.
    await Promise.race([leads(doomed), doomed.ended]);
    const waiting = startEsdbWorker({ address });
    await end(load);
    expect(await doomed.ended).toBe('SIGKILL');
    const killed = performance.now();
    const next = await eventually(
      () => load.acknowledged.find(({ at }) => at > killed + 50),
      (found) => found !== undefined,
    );
    expect(next!.at - killed).toBeLessThan(LEASE_MS + 1_000);
    await eventually(
      () => load.acknowledged.length,
      (length) => length > 20,
    );
    await Promise.all(loads.map(({ stop }) => stop()));
    await expectAll(
      store,
      loads.flatMap(({ acknowledged }) => acknowledged),
    );
    await store.close();
    await waiting.close();
  };

  const steps: readonly [SequencerStep, number][] = [
    ['leading', 1],
    ['last link read', 1],
    ['batch made', 3],
    ['batch answered', 3],
  ];
  it.each(steps)(
    'has the next position within the lease and a second after a sequencer was killed at “%s”',
    async (step, count) => {
      const address = freshLog(server.address);
      await takeOver(address, child('worker', address, step, String(count)), () => Promise.resolve());
    },
  );

  it('has it as soon after one was killed between the server`s write of its links and the answer', async () => {
    const address = freshLog(server.address);
    const doomed = child('worker', address);
    let written = -1;
    await takeOver(address, doomed, async (load) => {
      await eventually(() => load.acknowledged.length, (length) => length > 5); // prettier-ignore
      const { lost } = await server.fault({ name: 'lost-ack', stream: 'ledger$' });
      await eventually(() => server.status(), (now) => now.lost > lost); // prettier-ignore
      doomed.child.kill('SIGKILL');
      await doomed.ended;
      await server.clear();
      const connection = openConnection(address);
      const [last] = await connection.read('ledger', { from: 'end', backwards: true, limit: 1, timeoutMs: 2_000 });
      await connection.close();
      written = last?.event?.revision ?? -1;
    });
    // It was killed before it heard of the links that were there.
    expect(Number(doomed.lines.at(-1)?.split(' ')[1])).toBeLessThan(written);
  });

  it('are not disturbed by a sequencer that slept through its lease and wakes', async () => {
    const address = freshLog(server.address);
    const sleeper = child('worker', address);
    await leads(sleeper);
    const waiting = startEsdbWorker({ address });
    const store = await openEsdbEventStore({ address });
    const load = appendOn(store, 'a');
    await eventually(
      () => load.acknowledged.length,
      (length) => length > 5,
    );
    sleeper.child.kill('SIGSTOP');
    await eventually(
      () => waiting.status().leading,
      (leading) => leading,
    );
    await eventually(
      () => load.acknowledged.length,
      (length) => length > 20,
    );
    sleeper.child.kill('SIGCONT');
    await eventually(
      () => sleeper.lines.at(-1) ?? '',
      (line) => line.startsWith('waits'),
    );
    // The one that took over gives it back, and the sleeper leads again.
    await waiting.close();
    await leads(sleeper);
    await eventually(
      () => load.acknowledged.length,
      (length) => length > 60,
    );
    await load.stop();
    await expectAll(store, load.acknowledged);
    await store.close();
  });

  it('keep all that was acknowledged while the server is killed again and again', async () => {
    const own = await startEsdbServer();
    const address = freshLog(own.address);
    const workers = [child('worker', address), child('worker', address)];
    await Promise.race(workers.map(leads));
    const growers = ['a', 'b'].map((name) => child('grow', address, name, '100000'));
    const stored = (): number => growers.reduce((sum, { lines }) => sum + lines.length, 0);
    for (let round = 0; round < 4; round += 1) {
      const before = stored();
      await eventually(stored, (now) => now > before + 10, 20_000);
      await own.kill();
      await own.restart();
    }
    const before = stored();
    await eventually(stored, (now) => now > before + 10, 20_000);
    for (const grower of growers) {
      grower.child.kill('SIGKILL');
      await grower.ended;
    }
    const reader = await openEsdbEventStore({ address });
    const lines = growers.flatMap((grower) => grower.lines.map((line) => line.split(' ')[1]));
    const there = new Set((await checkLedger(reader)).map(({ stream, revision }) => `${stream}/${String(revision)}`));
    expect(lines.filter((line) => !there.has(line ?? ''))).toEqual([]);
    await reader.close();
    await own.dispose();
  }, 90_000);
});
