import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Bookmark } from '../bookmark.ts';
import { createLeases, type LeaseRegister, type Leases } from '../lease.ts';
import { parseAddress } from './address.ts';
import { esdbBookmark } from './bookmark.ts';
import { openConnection } from './connection.ts';
import { createLeaseRegister } from './lease-register.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { IDLE, runSequencer, SEQUENCER, type SequencerOptions, type SequencerStatus } from './sequencer.ts';

export type EsdbWorkerOptions = {
  readonly address: string;
  /** Names this process among those that share the leases: `machine:process:…`, for whoever reads a lease's stream. */
  readonly owner?: string;
  readonly leaseMs?: number;
  readonly step?: SequencerOptions['step'];
  readonly onStatus?: (status: SequencerStatus) => void;
};
export type EsdbWorker = {
  /** Turns by lease, kept in the event store: for other workers of this process too. */
  readonly leases: Leases;
  /** A bookmark for workers that take turns. */
  readonly bookmark: (name: string) => Bookmark;
  readonly status: () => SequencerStatus;
  readonly close: () => Promise<void>;
};

const ownName = (): string => `${hostname()}:${String(process.pid)}:${randomUUID()}`;

/** A process's share in sealing: waits for its turn, seals, and gives the lease back when closed. Throws `BadAddress`. */
export const startEsdbWorker = ({ address, owner = ownName(), leaseMs, step, onStatus }: EsdbWorkerOptions): EsdbWorker => {
  const connection = openConnection(address);
  const ledger = createLedgerReader(connection, parseAddress(address).namespace);
  const register = createLeaseRegister(connection);
  let status = IDLE;
  /** A turn at sealing that is in vain says so in its lease, where every node looks. */
  const write: LeaseRegister['write'] = (name, record, version) =>
    register.write(name, name === SEQUENCER && status.stalled ? { ...record, stalled: true } : record, version);
  const leases = createLeases(
    { ...register, write },
    {
      owner,
      ...(leaseMs === undefined ? {} : { durationMs: leaseMs }),
    },
  );
  const stopping = new AbortController();
  const running = runSequencer({
    connection,
    ledger,
    leases,
    signal: stopping.signal,
    ...(step === undefined ? {} : { step }),
    onStatus: (now) => {
      status = now;
      onStatus?.(now);
    },
  });
  return {
    leases,
    bookmark: (name) => esdbBookmark(connection, name),
    status: () => status,
    close: async () => {
      stopping.abort();
      await running;
      await connection.close();
    },
  };
};
