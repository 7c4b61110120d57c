import { isServer, type Place } from './config.ts';
import { naming } from './path-fault.ts';

/** A store that has not opened yet: the setting that names it, and its hosts. */
export type Waiting = { readonly waitingFor: string; readonly server: string };
export type OnWaiting = (waiting: Waiting) => void;

/** Shorter than an operator waits before he wonders. Milliseconds. */
const SOON = 2_000;

/** The hosts of a server's address, and nothing else of it, since it may hold a password. */
const hostsOf = (address: Place): string => /^[a-z+]+:\/\/(?:[^@/?]*@)?([^@/?]+)/.exec(address)?.[1] ?? 'unknown';

/**
 * Opens what lies at a place that `name` stands for. A fault of files is told with that name (`PathFault`); of a server that
 * takes longer than some seconds `onWaiting` hears, once.
 */
export const opening = async <T>(name: string, place: Place, onWaiting: OnWaiting, open: () => T | Promise<T>): Promise<T> => {
  if (!isServer(place)) return naming(name, place, async () => open());
  const timer = setTimeout(onWaiting, SOON, { waitingFor: name, server: hostsOf(place) } satisfies Waiting);
  try {
    return await open();
  } finally {
    clearTimeout(timer);
  }
};
