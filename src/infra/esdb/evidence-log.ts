import { categoryOf, MAX_APPEND_BYTES, MAX_APPEND_EVENTS, type Position } from '../../domain/envelope.ts';
import { RevisionConflict, StoreUnavailable } from '../../domain/event-store.ts';
import { CopyRefused, LogDamaged, type CopyTarget, type Evidence, type EvidenceLog } from '../evidence-log.ts';
import { parseAddress } from './address.ts';
import { createAppending } from './appending.ts';
import { CATEGORIES } from './categories.ts';
import { openConnection, type Connection } from './connection.ts';
import { monotonic, pauseFor } from './deadline.ts';
import { hashText } from './evidence.ts';
import { LedgerBroken } from './fault.ts';
import { knownIdentity, logIdentity, type Identity } from './identity.ts';
import { createLeaseRegister } from './lease-register.ts';
import { createLedgerReader, type LedgerReader } from './ledger-reader.ts';
import { persistently } from './persistently.ts';
import { SEQUENCER } from './sequencer.ts';
import { startEsdbWorker, type EsdbWorker } from './worker.ts';

const PAGE = 500;
/** A server may be restarted while a log is copied. Milliseconds. */
const PATIENCE = 60_000;
const LOOK_MS = 10;
/** How often in a row a read that ends too early may give nothing before a position is said to be missing. */
const EMPTY_READS = 5;
const EMPTY_PAUSE_MS = 200;
/** What more than its lease a sequencer may take to renew it. */
const SLACK_MS = 500;
/** Far longer than a lease that nobody holds is taken in: whoever has it still after that is alive. */
const LEAD_MS = 10_000;

const patiently = <T>(read: (timeoutMs: number) => Promise<T>): Promise<T> => persistently(monotonic() + PATIENCE, read);

/** Whether a sequencer of another process renews its lease: one that does not within its duration is dead. */
const isSealed = async (connection: Connection): Promise<boolean> => {
  const register = createLeaseRegister(connection);
  const found = await patiently(() => register.read(SEQUENCER));
  if (found === null || found.record.released) return false;
  const until = monotonic() + found.record.durationMs + SLACK_MS;
  while (monotonic() < until) {
    await pauseFor(found.record.durationMs / 10);
    const now = await patiently(() => register.read(SEQUENCER));
    if (now?.version !== found.version) return now?.record.released === false;
  }
  return false;
};

/** The evidence of positions that are known to be sealed, as far as one page goes. Rejects with `LogDamaged`. */
const evidenceAt = async (ledger: LedgerReader, at: Position, wanted: number): Promise<readonly Evidence[]> => {
  for (let reads = 0; reads < EMPTY_READS; reads += 1) {
    if (reads > 0) await pauseFor(EMPTY_PAUSE_MS);
    const page = await patiently((timeoutMs) => ledger.evidence(at, wanted, timeoutMs)).catch((error: unknown) => {
      throw error instanceof LedgerBroken ? new LogDamaged(at, `or one after it: ${error.message}`, { cause: error }) : error;
    });
    if (page.length > 0) return page;
  }
  throw new LogDamaged(at, 'is missing');
};

const evidenceLog = ({ logId, saidBy }: Identity, connection: Connection, ledger: LedgerReader): EvidenceLog => {
  async function* evidence(from: Position, to: Position): AsyncGenerator<Evidence> {
    for (let next = from; next <= to;) {
      const page = await evidenceAt(ledger, next, Math.min(PAGE, to - next + 1));
      yield* page;
      next += page.length;
    }
  }
  return {
    logId,
    place: saidBy,
    evidence,
    head: async () => (await patiently(ledger.last))?.position ?? -1,
    tree: (size) => patiently((timeoutMs) => ledger.frontier(size, timeoutMs)),
    inUse: () => isSealed(connection),
    close: connection.close,
  };
};

/** The evidence of what is sealed. Nothing is written. Throws `BadAddress`; rejects with `CopyRefused`, `StoreUnavailable`. */
export const openEsdbEvidence = async (address: string): Promise<EvidenceLog> => {
  const connection = openConnection(address);
  try {
    const identity = await patiently((timeoutMs) => knownIdentity(connection, timeoutMs));
    if (identity === undefined) throw new CopyRefused('no-log');
    return evidenceLog(identity, connection, createLedgerReader(connection, parseAddress(address).namespace));
  } catch (error) {
    await connection.close();
    throw error;
  }
};

/** Events that one append can take: of one stream, one after the other. */
const runsOf = (events: readonly Evidence[]): readonly (readonly Evidence[])[] => {
  const runs: Evidence[][] = [];
  let bytes = 0;
  for (const event of events) {
    const run = runs[runs.length - 1];
    const size = Buffer.byteLength(event.text, 'utf8');
    const joins = run?.[0]?.envelope.stream === event.envelope.stream;
    if (joins && run.length < MAX_APPEND_EVENTS && bytes + size <= MAX_APPEND_BYTES) {
      run.push(event);
      bytes += size;
    } else {
      runs.push([event]);
      bytes = size;
    }
  }
  return runs;
};

const appendingTo = (connection: Connection, ledger: LedgerReader, worker: EsdbWorker): CopyTarget['append'] => {
  const appendAll = createAppending(connection, new AbortController().signal);
  let isFirst = true;

  /** What a copy that was killed has written beyond the last position: at most a chunk. */
  const writtenBefore = async (run: readonly Evidence[]): Promise<number> => {
    const [first] = run as readonly [Evidence];
    const { stream, revision } = first.envelope;
    const found = await patiently((timeoutMs) => connection.read(stream, { from: revision, limit: run.length, timeoutMs }));
    for (const [index, { event }] of found.entries())
      if (event?.id !== run[index]?.envelope.id) throw new CopyRefused('interfered', run[index]?.position);
    return found.length;
  };

  const appendRun = async (run: readonly Evidence[]): Promise<void> => {
    const rest = isFirst ? run.slice(await writtenBefore(run)) : run;
    const [first] = rest;
    if (first === undefined) return;
    const { stream, revision } = first.envelope;
    if (!CATEGORIES.includes(categoryOf(stream))) throw new CopyRefused('no-category', first.position);
    try {
      await appendAll(stream, rest.map(({ envelope }) => envelope), revision - 1, monotonic() + PATIENCE); // prettier-ignore
    } catch (error) {
      throw error instanceof RevisionConflict ? new CopyRefused('interfered', first.position) : error;
    }
  };

  /** Waits for the sequencer as long as it goes on. */
  const sealedUpTo = async (wanted: Position): Promise<void> => {
    let [position, until] = [-1, monotonic() + PATIENCE];
    for (;;) {
      const now = (await patiently(ledger.last))?.position ?? -1;
      if (now >= wanted) return;
      if (now > position) [position, until] = [now, monotonic() + PATIENCE];
      if (monotonic() >= until)
        throw new StoreUnavailable(`nothing is sealed after position ${String(now)}: ${worker.status().error ?? 'unknown'}`);
      await pauseFor(LOOK_MS);
    }
  };

  return async (events) => {
    const [first, last] = [events[0], events[events.length - 1]];
    if (first === undefined || last === undefined) return;
    // One append after the other: the order of the server's log is the order of positions.
    for (const run of runsOf(events)) await appendRun(run);
    isFirst = false;
    await sealedUpTo(last.position);
    const links = await patiently((timeoutMs) => ledger.links(first.position, events.length, timeoutMs));
    for (const [index, { position, leaf }] of events.entries())
      if (links[index]?.leaf !== hashText(leaf)) throw new CopyRefused('interfered', position);
  };
};

const leading = async (worker: EsdbWorker): Promise<void> => {
  const until = monotonic() + LEAD_MS;
  while (!worker.status().leading) {
    if (monotonic() >= until) throw new CopyRefused('in-use');
    await pauseFor(LOOK_MS);
  }
};

/**
 * A log to copy to: events are appended one run after the other, and this process's own sequencer, under its lease, gives
 * them their positions, so that the ledger is what it would have been from the beginning. A new log begins with the id that
 * it has elsewhere. Throws `BadAddress`; rejects with `CopyRefused` where another log lies there or somebody seals.
 */
export const openEsdbCopyTarget = async (address: string, logId: string): Promise<CopyTarget> => {
  const connection = openConnection(address);
  let worker: EsdbWorker | undefined;
  const close = async (): Promise<void> => {
    await worker?.close();
    await connection.close();
  };
  try {
    const there = await patiently((timeoutMs) => logIdentity(connection, timeoutMs, logId));
    if (there.logId !== logId) throw new CopyRefused('other-log');
    worker = startEsdbWorker({ address });
    await leading(worker);
    const ledger = createLedgerReader(connection, parseAddress(address).namespace);
    return { ...evidenceLog(there, connection, ledger), append: appendingTo(connection, ledger, worker), close };
  } catch (error) {
    await close();
    throw error;
  }
};
