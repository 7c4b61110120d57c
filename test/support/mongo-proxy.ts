import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a request asks: the name of its command and the collection it names. */
export type Asked = { readonly command: string; readonly collection: string };

const HEADER = 21;
const text = (message: Buffer, from: number): string => message.toString('utf8', from, message.indexOf(0, from));

/** The first field of an OP_MSG's body: `{ <command>: <collection>, … }`. */
const askedBy = (message: Buffer): Asked => {
  const name = HEADER + 5;
  const command = text(message, name);
  const isText = message[HEADER + 4] === 2;
  return { command, collection: isText ? text(message, name + Buffer.byteLength(command) + 5) : '' };
};

export type MongoProxy = {
  readonly address: string;
  /** Holds the first request that passes, and all after it, as SIGSTOP holds a process; resolves once it is held. */
  readonly hold: (held: (asked: Asked) => boolean) => Promise<void>;
  /** Lets go of what is held. */
  readonly release: () => void;
  /** Ends every connection before the first request that passes reaches the server, as SIGKILL ends a process. */
  readonly cut: (cut: (asked: Asked) => boolean) => void;
  readonly close: () => Promise<void>;
};

/** Stands between a client and a server of MongoDB's protocol, whole request by whole request. */
export const openMongoProxy = async (address: string): Promise<MongoProxy> => {
  const target = new URL(address);
  const sockets = new Set<Socket>();
  let holding: { held: (asked: Asked) => boolean; reached: () => void } | undefined;
  let cutting: ((asked: Asked) => boolean) | undefined;
  let waiting: (() => void)[] | undefined;

  const pass = (message: Buffer, client: Socket, upstream: Socket): void => {
    const asked = askedBy(message);
    if (cutting?.(asked) === true) {
      for (const socket of sockets) socket.destroy();
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
    let pending = Buffer.alloc(0);
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
    client.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      while (pending.length >= 4 && pending.length >= pending.readInt32LE(0)) {
        const length = pending.readInt32LE(0);
        pass(pending.subarray(0, length), client, upstream);
        pending = pending.subarray(length);
      }
    });
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
    close: () =>
      new Promise((resolve) => {
        server.close(() => { resolve(); }); // prettier-ignore
        for (const socket of sockets) socket.destroy();
      }),
  };
};
