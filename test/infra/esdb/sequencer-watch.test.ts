import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { watchSequencer, type SequencerWatch } from '../../../src/infra/esdb/sequencer-watch.ts';
import { startEsdbWorker } from '../../../src/infra/esdb/worker.ts';
import { esdbChild, eventually, freshLog, type EsdbChild } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

const isAlive = (alive: boolean): boolean => alive;
const isDead = (alive: boolean): boolean => !alive;

describe('who watches whether somebody seals', { timeout: 60_000 }, () => {
  let server: EsdbServer;
  const opened: { readonly close: () => Promise<void> }[] = [];
  const children: EsdbChild[] = [];
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close();
    for (const { child, ended } of children.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
  });
  afterAll(async () => {
    await server.dispose();
  });
  const watch = (address: string): SequencerWatch => {
    const watching = watchSequencer(address);
    opened.push(watching);
    return watching;
  };

  it('sees one begin, go on, and give its lease back', async () => {
    const address = freshLog(server.address);
    const { alive } = watch(address);
    expect(alive()).toBe(false);
    const worker = startEsdbWorker({ address });
    await eventually(alive, isAlive, 20_000);
    // Longer than a lease that is not renewed counts.
    const until = performance.now() + 4_500;
    await eventually(
      () => ({ alive: alive(), over: performance.now() > until }),
      (now) => {
        expect(now.alive).toBe(true);
        return now.over;
      },
    );
    await worker.close();
    const closed = performance.now();
    await eventually(alive, isDead, 20_000);
    // Sooner than a lease that was not given back.
    expect(performance.now() - closed).toBeLessThan(2_500);
  });

  it('sees that one was killed, once its lease and a little more has gone by, and that another took over', async () => {
    const address = freshLog(server.address);
    const worker = esdbChild(['worker', address]);
    children.push(worker);
    const { alive } = watch(address);
    await eventually(alive, isAlive, 20_000);
    const killed = performance.now();
    worker.child.kill('SIGKILL');
    await worker.ended;
    await eventually(alive, isDead, 20_000);
    expect(performance.now() - killed).toBeGreaterThan(1_000);
    const next = startEsdbWorker({ address });
    opened.push(next);
    await eventually(alive, isAlive, 20_000);
  });

  it('does not take a server that is away for one that seals', async () => {
    const own = await startEsdbServer();
    const address = freshLog(own.address);
    const worker = startEsdbWorker({ address });
    opened.push(worker);
    const { alive } = watch(address);
    await eventually(alive, isAlive, 20_000);
    await own.kill();
    await eventually(alive, isDead, 20_000);
    await own.restart();
    await eventually(alive, isAlive, 20_000);
    for (const { close } of opened.splice(0)) await close();
    await own.dispose();
  });
});
