import { createHash, hash as oneShot } from 'node:crypto';

/** SHA-256, as RFC 6962 §2.1 uses it: leaves and nodes are told apart by their first byte. */
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export const HASH_BYTES = 32;
export const EMPTY_ROOT = Buffer.from(oneShot('sha256', '', 'hex'), 'hex');

/** The leaf hash of an event's stored bytes. */
export const leafHash = (bytes: Uint8Array): Buffer => createHash('sha256').update(LEAF).update(bytes).digest();

export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(NODE).update(left).update(right).digest();

/** The roots of the full subtrees of a tree of `size` leaves, from the largest to the smallest: at most log2(size) hashes. */
export type Frontier = { readonly size: number; readonly hashes: readonly Buffer[] };

export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier with one more leaf: subtrees of equal size join, as ones do when a binary counter carries. */
export const extend = ({ size, hashes }: Frontier, leaf: Buffer): Frontier => {
  const kept = [...hashes];
  let joined = leaf;
  for (let carry = size; carry % 2 === 1; carry = Math.floor(carry / 2)) joined = nodeHash(kept.pop() ?? EMPTY_ROOT, joined);
  return { size: size + 1, hashes: [...kept, joined] };
};

/** The root of the tree (RFC 6962 §2.1). */
export const rootOf = ({ hashes }: Frontier): Buffer =>
  hashes.length === 0
    ? EMPTY_ROOT
    : hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), hashes[hashes.length - 1] ?? EMPTY_ROOT);

/** The frontier's hashes as one run of bytes, and back. */
export const frontierBytes = ({ hashes }: Frontier): Buffer => Buffer.concat(hashes);
export const frontierOf = (size: number, bytes: Uint8Array): Frontier => ({
  size,
  hashes: Array.from({ length: bytes.length / HASH_BYTES }, (_, index) =>
    Buffer.from(bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)),
  ),
});
