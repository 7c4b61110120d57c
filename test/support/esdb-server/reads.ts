import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { checkpointResponse, eventResponse, identifierOf, statusError, textOf } from './messages.ts';
import type { Node } from './node.ts';
import type { Stored } from './store.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;

/** Waits where the client does not take what it is sent: that is how the server notices a slow one. */
const write = async (call: Call, message: ReadResp): Promise<void> => {
  if (call.cancelled || call.write(message)) return;
  await new Promise<void>((resolve) => {
    call.once('drain', resolve);
    call.once('cancelled', resolve);
    call.once('close', resolve);
  });
};

const nameOf = (options: ReadReq.Options): string =>
  textOf(options.getStream()?.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());

const filterOf = (options: ReadReq.Options): ((event: Stored) => boolean) => {
  const filter = options.getFilter();
  if (filter === undefined) return () => true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const by = filter.hasStreamIdentifier() ? 'stream' : 'type';
  const regex = expression?.getRegex() ?? '';
  const prefixes = expression?.getPrefixList() ?? [];
  return (event) => (regex === '' ? prefixes.some((prefix) => event[by].startsWith(prefix)) : new RegExp(regex).test(event[by]));
};

const deliver = async (node: Node, call: Call, event: Stored, resolve: boolean): Promise<void> => {
  const slow = node.faults.take('slow', event.stream);
  if (slow !== undefined) await pause(slow.after ?? 0);
  const shown = {
    noPosition: node.faults.take('no-position', event.stream) !== undefined,
    spoiled: (event.type === '$>') === resolve && node.faults.take('spoil', event.stream) !== undefined,
  };
  const unresolved = event.type === '$>' && resolve && node.faults.take('unresolved', event.stream) !== undefined;
  const times = node.faults.take('duplicate', event.stream) === undefined ? 1 : 2;
  for (let n = 0; n < times; n += 1) await write(call, eventResponse(node.store, event, resolve, shown, unresolved));
  node.counts.delivered += times;
};

/** The events of a stream that a read asks for, in its order. Revisions are where they stand. */
const ofStream = (node: Node, options: ReadReq.Options, stream: ReadReq.Options.StreamOptions): readonly Stored[] => {
  const events = node.store.visible(nameOf(options));
  const first = events[0]?.revision ?? 0;
  const count = Math.min(Number(options.getCount()), events.length);
  const at = stream.hasRevision() ? Number(stream.getRevision()) - first : undefined;
  if (options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS) {
    const end = stream.hasStart() ? 0 : Math.min((at ?? events.length - 1) + 1, events.length);
    return events.slice(Math.max(0, end - count), end).reverse();
  }
  const from = stream.hasEnd() ? events.length : Math.max(0, at ?? 0);
  return events.slice(from, from + count);
};

/** The events that a read asks for, in its order. */
const chosen = (node: Node, options: ReadReq.Options): readonly Stored[] => {
  const stream = options.getStream();
  if (stream !== undefined) return ofStream(node, options, stream);
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const all = options.getAll();
  let events = node.store.log.filter(filterOf(options));
  if (all?.hasPosition() === true) {
    const after = BigInt(all.getPosition()?.getCommitPosition() ?? '0');
    events = events.filter(({ position }) => (backwards ? position < after : position >= after));
  } else if (!backwards && all?.hasEnd() === true) events = [];
  return (backwards ? events.reverse() : events).slice(0, Math.min(Number(options.getCount()), events.length));
};

const readOnce = async (node: Node, call: Call, options: ReadReq.Options): Promise<void> => {
  const stream = nameOf(options);
  if (options.hasStream() && node.store.stream(stream).length === 0) {
    call.write(
      new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream))),
    );
    call.end();
    return;
  }
  const cut = node.faults.take('cut', stream);
  const events = chosen(node, options);
  for (const event of cut === undefined ? events : events.slice(0, cut.after ?? 0)) {
    if (call.cancelled) return;
    await deliver(node, call, event, options.getResolveLinks());
  }
  call.end();
};

/** Where a subscription begins: at the event after the one it names. */
const firstIndex = (node: Node, options: ReadReq.Options, source: readonly Stored[]): number => {
  const stream = options.getStream();
  const all = options.getAll();
  if ((stream?.hasEnd() ?? all?.hasEnd()) === true) return source.length;
  if (stream?.hasRevision() === true) return Number(stream.getRevision()) + 1;
  if (all?.hasPosition() !== true) return 0;
  const after = BigInt(all.getPosition()?.getCommitPosition() ?? '0');
  const index = source.findIndex(({ position }) => position > after);
  // An event that is written at the very end is the one that a checkpoint of the end skips (KDB-744).
  return index < 0 ? source.length + (after === node.store.end() ? 1 : 0) : index;
};

const subscribe = async (node: Node, call: Call, options: ReadReq.Options): Promise<void> => {
  const name = options.hasAll() ? '$all' : nameOf(options);
  const source = (): readonly Stored[] => (options.hasAll() ? node.store.log : node.store.stream(name));
  const matches = filterOf(options);
  const filter = options.getFilter();
  const interval = filter === undefined ? Infinity : (filter.getMax() || 32) * filter.getCheckpointintervalmultiplier();
  const stopped = new AbortController();
  for (const event of ['cancelled', 'close', 'error']) call.on(event, () => { stopped.abort(); }); // prettier-ignore
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID());
  await write(call, new streams.ReadResp().setConfirmation(confirmation));
  let index = firstIndex(node, options, source());
  let considered = 0;
  let live = false;
  while (!stopped.signal.aborted) {
    await node.faults.unmuted(name);
    const event = source()[index];
    if (event === undefined) {
      if (filter !== undefined && node.faults.take('checkpoint-ahead', name) !== undefined)
        await write(call, checkpointResponse(node.store.end()));
      if (!live) await write(call, new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
      live = true;
      if (source().length > index) continue;
      await once(node.store.grown, 'grown', { signal: stopped.signal }).catch(() => undefined);
      continue;
    }
    const drop = node.faults.take('drop', name);
    if (drop !== undefined) throw statusError(drop.code ?? 14, drop.details ?? 'dropped');
    if (node.faults.take('end', name) !== undefined) break;
    index += 1;
    considered += 1;
    if (matches(event)) await deliver(node, call, event, options.getResolveLinks());
    if (considered >= interval) {
      considered = 0;
      await write(call, checkpointResponse(event.position));
    }
  }
  if (!call.cancelled) call.end();
};

/** Reads and subscriptions are one method of the protocol. */
export const read =
  (node: Node) =>
  (call: Call): void => {
    call.on('error', () => undefined);
    call.setMaxListeners(0);
    const run = async (): Promise<void> => {
      const options = call.request.getOptions();
      if (options === undefined) throw statusError(3, 'a read without options');
      const stream = options.hasAll() ? '$all' : nameOf(options);
      await node.faults.unmuted(stream);
      const refusal = node.refusal(call.metadata);
      if (refusal !== undefined) throw refusal;
      const fault = node.faults.take('read', stream);
      if (fault !== undefined)
        throw statusError(fault.code ?? 14, fault.details ?? 'a fault', {
          ...(fault.exception === undefined ? {} : { exception: fault.exception }),
          'stream-name': stream,
        });
      if (!options.hasSubscription()) {
        node.counts.reads += 1;
        await readOnce(node, call, options);
        return;
      }
      node.counts.subscriptions += 1;
      try {
        await subscribe(node, call, options);
      } finally {
        node.counts.subscriptions -= 1;
      }
    };
    run().catch((error: unknown) => call.emit('error', error));
  };
