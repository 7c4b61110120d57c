import type { Position } from '../../domain/envelope.ts';
import { nameId } from '../identifiers.ts';
import type { Draft, Native } from './connection.ts';
import { LedgerBroken } from './fault.ts';

/** The stream whose revisions are the positions of the ledger. */
export const LEDGER = 'ledger';

/** What the ledger says of one position. */
export type Link = {
  readonly position: Position;
  readonly stream: string;
  readonly revision: number;
  /** The event's id. */
  readonly id: string;
  /** The event's leaf hash. */
  readonly leaf: string;
  /** The root of the largest full subtree that ends with this leaf: the frontier of any size is made of such nodes. */
  readonly node: string;
  /** The greatest `at` up to this position. */
  readonly at: string;
  /** Where the server keeps the event: the next one is sought from there. */
  readonly commit: string;
  readonly prepare: string;
};

const MEMBERS = ['id', 'leaf', 'node', 'at', 'commit', 'prepare'] as const;
const TARGET = /^(\d+)@(.+)$/;

/**
 * A link to append. Its own id comes from the event's: the same batch sent twice is known again by the server. Everything
 * in the metadata is a string, since a position can be larger than a JSON number.
 */
export const draftOf = ({ stream, revision, id, leaf, node, at, commit, prepare }: Link): Draft => ({
  id: nameId(`link\u001f${id}`),
  link: { stream, revision },
  metadata: { id, leaf, node, at, commit, prepare },
});

/** Reads a link. Throws `LedgerBroken` for anything else that lies in the ledger. `strip` takes the namespace off. */
export const linkOf = ({ revision, type, data, metadata }: Native, strip: (stream: string) => string): Link => {
  const where = `position ${String(revision)}`;
  const target = data instanceof Uint8Array ? TARGET.exec(Buffer.from(data).toString('ascii')) : null;
  if (type !== '$>' || target === null) throw new LedgerBroken(`${where} is no link`);
  const said = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Readonly<Record<string, unknown>>;
  for (const member of MEMBERS) if (typeof said[member] !== 'string') throw new LedgerBroken(`${where} has no ${member}`);
  const { id, leaf, node, at, commit, prepare } = said as Record<(typeof MEMBERS)[number], string>;
  const [, targetRevision = '', stream = ''] = target;
  return { position: revision, stream: strip(stream), revision: Number(targetRevision), id, leaf, node, at, commit, prepare };
};
