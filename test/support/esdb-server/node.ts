import type { Metadata } from '@grpc/grpc-js';
import type { Faults } from './faults.ts';
import { statusError } from './messages.ts';
import type { Store } from './store.ts';

/** One node of the server for tests: its store, its faults, who may use it, and what it has done so far. */
export type Node = {
  readonly store: Store;
  readonly faults: Faults;
  readonly counts: { subscriptions: number; reads: number; appends: number; lost: number; delivered: number };
  readonly port: () => number;
  /** Why a call is not taken: no leader here, or nobody whom the node knows. */
  readonly refusal: (metadata: Metadata) => Error | undefined;
};

/** The node does not lead, and says who does, where the fault is on and the caller wants a leader. */
export const leaderError = (node: Pick<Node, 'faults' | 'port'>, metadata: Metadata, stream: string): Error | undefined => {
  if (metadata.get('requires-leader')[0] !== 'true') return undefined;
  const fault = node.faults.take('not-leader', stream);
  if (fault === undefined) return undefined;
  return statusError(5, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': '127.0.0.1',
    'leader-endpoint-port': String(fault.port ?? node.port()),
  });
};

/** Basic credentials that are not those of the one user: 16. */
export const credentialError = (metadata: Metadata, user: string | undefined): Error | undefined => {
  if (user === undefined) return undefined;
  const [given = ''] = metadata.get('authorization').map(String);
  return Buffer.from(given.slice('Basic '.length), 'base64').toString() === user ? undefined : statusError(16, 'Unauthenticated');
};
