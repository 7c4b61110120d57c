import { randomBytes, randomUUID } from 'node:crypto';

/** Where keys, nonces and ids come from; injected where a run must be the same twice. */
export type Chance = { readonly bytes: (size: number) => Buffer; readonly id: () => string };

export const chance: Chance = { bytes: randomBytes, id: randomUUID };
