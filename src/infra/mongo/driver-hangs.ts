import type { Socket } from 'node:net';
import { MongoNetworkError, type MongoClient } from 'mongodb';

/** Longer than a look at a server takes, with the 10 s that a real one may wait for news. Milliseconds. */
const STUCK = 16_000;

type Connection = { readonly id: unknown; readonly socket: Socket };
type Server = {
  readonly monitor: { close: () => void; connect: () => void } | null;
  readonly pool: { readonly checkedOutConnections: Iterable<Connection> };
};

/** What the driver (7.9.0) keeps of a server of an address, and does not show. */
const serverOf = (client: MongoClient, address: string): Server | undefined =>
  (client as unknown as { readonly topology?: { readonly s: { readonly servers: ReadonlyMap<string, Server> } } }).topology?.s.servers.get(address); // prettier-ignore

/**
 * The driver looks at each server over a connection of its own. Where that breaks between its test and its writing,
 * as when a server is killed, `writeCommand` waits for ever for room in a socket that is gone; and without a look that
 * succeeds no operation is tried any more. Such a look is begun again, so that the service goes on by itself.
 */
export const beginStuckLooksAgain = (client: MongoClient): void => {
  const looks = new Map<string, NodeJS.Timeout>();
  const ended = (address: string): void => {
    clearTimeout(looks.get(address));
    looks.delete(address);
  };
  const beginAgain = (address: string): void => {
    const monitor = serverOf(client, address)?.monitor;
    monitor?.close();
    monitor?.connect();
  };
  client.on('serverHeartbeatStarted', ({ connectionId: address }) => {
    ended(address);
    looks.set(address, setTimeout(beginAgain, STUCK, address).unref());
  });
  client.on('serverHeartbeatSucceeded', ({ connectionId }) => { ended(connectionId); }); // prettier-ignore
  client.on('serverHeartbeatFailed', ({ connectionId }) => { ended(connectionId); }); // prettier-ignore
  client.on('serverClosed', ({ address }) => { ended(address); }); // prettier-ignore
};

/**
 * An operation waits for ever in the same place: where it was given a connection whose socket is gone and has not said so
 * yet, and where the socket is closed under a request that it has no room for. The driver hears of an error there, and
 * nothing of the socket's end; so that end is made an error, which the driver passes on to whoever waits and to nobody else.
 */
export const endStuckWrites = (client: MongoClient): void => {
  const known = new WeakSet<Socket>();
  client.on('connectionCheckedOut', ({ address, connectionId }) => {
    for (const { id, socket } of serverOf(client, address)?.pool.checkedOutConnections ?? []) {
      if (id !== connectionId || known.has(socket)) continue;
      known.add(socket);
      socket.once('close', () => socket.emit('error', new MongoNetworkError(`connection to ${address} closed`)));
    }
  });
};
