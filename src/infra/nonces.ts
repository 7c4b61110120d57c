const NONCE_BYTES = 16;
const POOL_BYTES = 512 * NONCE_BYTES;

/** Nonces of 16 random bytes in base64url, from random drawn many nonces at a time: a draw costs more than an event's hashes. */
export const createNonces = (random: (size: number) => Buffer): (() => string) => {
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = random(POOL_BYTES);
      used = 0;
    }
    used += NONCE_BYTES;
    return pool.toString('base64url', used - NONCE_BYTES, used);
  };
};
