import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import { openEsdbEventStore, type EsdbEventStore } from '../../src/infra/esdb/event-store.ts';
import { startEsdbWorker, type EsdbWorker } from '../../src/infra/esdb/worker.ts';
import { EMPTY_FRONTIER, extend, leafHash, rootOf } from '../../src/tlog/frontier.ts';

/** A log of its own on a server that others use too. */
export const freshLog = (address: string): string =>
  `${address}${address.includes('?') ? '&' : '?'}namespace=t${randomBytes(8).toString('hex')}`;

export type EsdbLog = {
  readonly store: EsdbEventStore;
  readonly worker: EsdbWorker;
  readonly dispose: () => Promise<void>;
};

/** A log with one worker beside it, as one node with every role. */
export const openEsdbLog = async (address: string): Promise<EsdbLog> => {
  const worker = startEsdbWorker({ address });
  const store = await openEsdbEventStore({ address });
  return {
    store,
    worker,
    dispose: async () => {
      await store.close();
      await worker.close();
    },
  };
};

/** Asks until it is so; fails with what it was last. */
export const eventually = async <T>(ask: () => T | Promise<T>, isSo: (value: T) => boolean, timeoutMs = 10_000): Promise<T> => {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (performance.now() > end) throw new Error(`not so within ${String(timeoutMs)} ms: ${JSON.stringify(value)}`);
    await pause(10);
  }
};

export const allEvents = async (store: EsdbEventStore): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll({ after: null })) events.push(event);
  return events;
};

/** Everything that the ledger promises: dense positions, no event twice, streams in order, and the tree over the leaves. */
export const checkLedger = async (store: EsdbEventStore): Promise<RecordedEvent[]> => {
  const events = await allEvents(store);
  const revisions = new Map<string, number>();
  let tree = EMPTY_FRONTIER;
  for (const [index, { position, ...envelope }] of events.entries()) {
    expect(position).toBe(index);
    expect(envelope.revision).toBe((revisions.get(envelope.stream) ?? -1) + 1);
    revisions.set(envelope.stream, envelope.revision);
    tree = extend(tree, leafHash(Buffer.from(canonicalJson(envelope))));
  }
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const { size, root } = await store.root();
  expect(size).toBe(events.length);
  expect(root.equals(rootOf(tree))).toBe(true);
  return events;
};

export type EsdbChild = {
  readonly child: ChildProcess;
  /** What it wrote, line by line. */
  readonly lines: string[];
  readonly ready: Promise<void>;
  readonly ended: Promise<NodeJS.Signals | null>;
};

const CHILD = fileURLToPath(new URL('esdb-child.ts', import.meta.url));

/** A process that works on a log: see esdb-child.ts. */
export const esdbChild = (args: readonly string[]): EsdbChild => {
  const child = fork(CHILD, args, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const lines: string[] = [];
  let rest = '';
  child.stdout?.on('data', (text: Buffer) => {
    const parts = (rest + text.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const ready = new Promise<void>((resolve) => child.once('message', () => { resolve(); })); // prettier-ignore
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => { resolve(signal); })); // prettier-ignore
  return { child, lines, ready, ended };
};
