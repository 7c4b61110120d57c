import type { Position, RecordedEvent } from '../../domain/envelope.ts';
import { upcast } from '../../domain/upcasts.ts';
import { HASH_BYTES, EMPTY_FRONTIER, type Frontier } from '../../tlog/frontier.ts';
import type { Evidence } from '../evidence-log.ts';
import type { Connection, Native, Read } from './connection.ts';
import { evidenceOf, hashText } from './evidence.ts';
import { EsdbFault, LedgerBroken } from './fault.ts';
import { LEDGER, linkOf, type Link } from './links.ts';

export type LedgerReader = ReturnType<typeof createLedgerReader>;

/** Reads of the `ledger` stream. All reject with `EsdbFault`, or `LedgerBroken` where it is not what it must be. */
export const createLedgerReader = (connection: Connection, namespace: string) => {
  const strip = (stream: string): string =>
    namespace !== '' && stream.startsWith(`${namespace}.`) ? stream.slice(namespace.length + 1) : stream;

  const asLink = (native: Native): Link => linkOf(native, strip);
  const linkIn = ({ link, event }: Read): Link => {
    const native = link ?? event;
    if (native === undefined) throw new LedgerBroken('the ledger gave nothing');
    return asLink(native);
  };
  const inOrder = <T extends { readonly position: Position }>(items: readonly T[], from: Position): readonly T[] => {
    for (const [index, { position }] of items.entries())
      if (position !== from + index)
        throw new LedgerBroken(`position ${String(from + index)} is missing: ${String(position)} came`);
    return items;
  };

  const links = async (from: Position, limit: number, timeoutMs: number): Promise<readonly Link[]> =>
    inOrder((await connection.read(LEDGER, { from, limit, timeoutMs })).map(linkIn), from);

  /** The event of a link as it was hashed, compared with what the link and its envelope say of it. */
  const evidenceIn = (read: Read): Evidence => {
    const link = linkIn(read);
    const where = `position ${String(link.position)}`;
    if (read.link === undefined || read.event === undefined) throw new LedgerBroken(`${where} leads to no event`);
    const evidence = evidenceOf(read.event);
    const { envelope, leaf } = evidence;
    if (envelope.id !== link.id || envelope.stream !== link.stream || envelope.revision !== link.revision)
      throw new LedgerBroken(`${where} leads to another event`);
    if (hashText(leaf) !== link.leaf) throw new LedgerBroken(`${where} has other bytes than were sealed`);
    return { ...evidence, position: link.position };
  };
  const eventOf = (read: Read): RecordedEvent => {
    const { envelope, position } = evidenceIn(read);
    return upcast({ ...envelope, position });
  };

  const last = async (timeoutMs: number): Promise<Link | undefined> => {
    const [found] = await connection.read(LEDGER, { from: 'end', backwards: true, limit: 1, timeoutMs });
    return found === undefined ? undefined : linkIn(found);
  };

  return {
    asLink,
    links,
    last,
    /** The events at positions from..from+limit-1, as far as they are there. */
    events: async (from: Position, limit: number, timeoutMs: number): Promise<readonly RecordedEvent[]> =>
      inOrder((await connection.read(LEDGER, { from, limit, resolve: true, timeoutMs })).map(eventOf), from),
    /** The same, as they were hashed. */
    evidence: async (from: Position, limit: number, timeoutMs: number): Promise<readonly Evidence[]> =>
      inOrder((await connection.read(LEDGER, { from, limit, resolve: true, timeoutMs })).map(evidenceIn), from),
    /**
     * The frontier of the tree of `size` leaves. Its full subtrees end where the ones of the binary number add up, and the
     * link there holds the subtree's root: as many single reads as the size has ones.
     */
    frontier: async (size: number, timeoutMs: number): Promise<Frontier> => {
      const ends: number[] = [];
      for (let bit = 2 ** 52, sum = 0; bit >= 1; bit /= 2)
        if (size - sum >= bit) {
          sum += bit;
          ends.push(sum - 1);
        }
      const nodes = await Promise.all(ends.map((end) => links(end, 1, timeoutMs)));
      const hashes = nodes.map(([link]) => {
        const hash = Buffer.from(link?.node ?? '', 'base64url');
        if (hash.length !== HASH_BYTES) throw new EsdbFault('unknown', 'the ledger ends before its frontier');
        return hash;
      });
      return size === 0 ? EMPTY_FRONTIER : { size, hashes };
    },
  };
};
