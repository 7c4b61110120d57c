import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** What a request asks: the name of its command and the collection it names. */
export type Asked = { readonly command: string; readonly collection: string };

/** Where a message says which request it is, which it answers, and of what kind it is; and where its body begins. */
const [REQUEST, ANSWERS, KIND, HEADER] = [4, 8, 12, 21];
/** What every message is but those that open a connection. */
const OP_MSG = 2013;
const text = (message: Buffer, from: number): string => message.toString('utf8', from, message.indexOf(0, from));

/** The first field of an OP_MSG's body: `{ <command>: <collection>, … }`. */
const askedBy = (message: Buffer): Asked => {
  const name = HEADER + 5;
  const command = text(message, name);
  const isText = message[HEADER + 4] === 2;
  return { command, collection: isText ? text(message, name + Buffer.byteLength(command) + 5) : '' };
};

/** A request that the server answered: how many documents it found, where it says so. */
export type Answered = Asked & { readonly found: number };

/** Messages whole, however the bytes come. */
const messages = (take: (message: Buffer) => void): ((data: Buffer) => void) => {
  let pending = Buffer.alloc(0);
  return (data) => {
    pending = Buffer.concat([pending, data]);
    while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
      const length = pending.readInt32LE(0);
      take(pending.subarray(0, length));
      pending = pending.subarray(length);
    }
  };
};

export type MongoProxy = {
  readonly address: string;
  /** Holds the first request that passes, and all after it, as SIGSTOP holds a process; resolves once it is held. */
  readonly hold: (held: (asked: Asked) => boolean) => Promise<void>;
  /** Lets go of what is held. */
  readonly release: () => void;
  /** Ends every connection before the first request that passes reaches the server, as SIGKILL ends a process. */
  readonly cut: (cut: (asked: Asked) => boolean) => void;
  /** Ends the connection of each request that passes, and no other, before the request reaches the server. */
  readonly drop: (dropped: (asked: Asked) => boolean) => void;
  readonly close: () => Promise<void>;
};

/** Stands between a client and a server of MongoDB's protocol, whole request by whole request; `onAnswer` hears of each. */
export const openMongoProxy = async (address: string, onAnswer?: (answered: Answered) => void): Promise<MongoProxy> => {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  let holding: { held: (asked: Asked) => boolean; reached: () => void } | undefined;
  let cutting: ((asked: Asked) => boolean) | undefined;
  let dropping: ((asked: Asked) => boolean) | undefined;
  let waiting: (() => void)[] | undefined;

  const pass = (message: Buffer, client: Socket, upstream: Socket): void => {
    const asked = askedBy(message);
    if (cutting?.(asked) === true) {
      for (const socket of sockets) socket.destroy();
      return;
    }
    if (dropping?.(asked) === true) {
      client.destroy();
      return;
    }
    if (waiting === undefined && holding?.held(asked) === true) {
      waiting = [];
      holding.reached();
    }
    if (waiting === undefined) upstream.write(message);
    else waiting.push(() => { if (!client.destroyed) upstream.write(message); }); // prettier-ignore
  };

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const asked = new Map<number, Asked>();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on(
      'data',
      messages((message) => {
        if (onAnswer !== undefined) asked.set(message.readInt32LE(REQUEST), askedBy(message));
        pass(message, client, upstream);
      }),
    );
    if (onAnswer !== undefined)
      upstream.on(
        'data',
        messages((message) => {
          const request = asked.get(message.readInt32LE(ANSWERS));
          asked.delete(message.readInt32LE(ANSWERS));
          if (request !== undefined && message.readInt32LE(KIND) === OP_MSG)
            onAnswer({ ...request, found: Number(BSON.deserialize(message.subarray(HEADER))['n'] ?? 0) });
        }),
      );
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(address);
  url.port = String((server.address() as AddressInfo).port);
  return {
    address: url.href,
    hold: (held) =>
      new Promise((reached) => {
        holding = { held, reached };
      }),
    release: () => {
      const [go, all] = [waiting ?? [], holding];
      [waiting, holding] = [undefined, undefined];
      if (all !== undefined) for (const write of go) write();
    },
    cut: (cut) => {
      cutting = cut;
    },
    drop: (dropped) => {
      dropping = dropped;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => { resolve(); }); // prettier-ignore
        for (const socket of sockets) socket.destroy();
      }),
  };
};
