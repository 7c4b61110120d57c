import { Metadata } from '@grpc/grpc-js';
import type { UUID as Uuid } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Store, Stored } from './store.ts';

export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

export const identifierOf = (stream: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

export const uuidText = (uuid: Uuid): string => {
  const structured = uuid.getStructured();
  if (structured === undefined) return uuid.getString().toLowerCase();
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt(structured.getMostSignificantBits()), 0);
  bytes.writeBigInt64BE(BigInt(structured.getLeastSignificantBits()), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
export const uuidOfText = (text: string): Uuid => new shared.UUID().setString(text);

/** An error as it travels: a status, and trailers that say which exception it was. */
export const statusError = (code: number, details: string, trailers: Readonly<Record<string, string>> = {}): Error => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

/** What the real server answers where it does not know a position. */
const UNKNOWN_POSITION = '18446744073709551615';

export type Shown = { readonly noPosition: boolean; readonly spoiled: boolean };

const recordOf = (event: Stored, { noPosition, spoiled }: Shown) => {
  const position = noPosition ? UNKNOWN_POSITION : event.position.toString();
  const record = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuidOfText(event.id))
    .setStreamIdentifier(identifierOf(event.stream))
    .setStreamRevision(String(event.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(spoiled ? Buffer.from(textOf(event.data).replace('"actor":"', '"actor":"not ')) : event.data)
    .setCustomMetadata(event.metadata);
  record
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', (BigInt(event.created) * 10_000n).toString());
  return record;
};

/** An event, or a link and what it points to. */
export const eventResponse = (store: Store, event: Stored, resolve: boolean, shown: Shown, unresolved: boolean): ReadResp => {
  const read = new streams.ReadResp.ReadEvent().setCommitPosition(event.position.toString());
  if (resolve && event.type === '$>') {
    const [revision = '', ...stream] = textOf(event.data).split('@');
    const target = store.stream(stream.join('@'))[Number(revision)];
    read.setLink(recordOf(event, { ...shown, spoiled: false }));
    if (target !== undefined && !unresolved) read.setEvent(recordOf(target, shown));
  } else read.setEvent(recordOf(event, shown));
  return new streams.ReadResp().setEvent(read);
};

export const checkpointResponse = (position: bigint): ReadResp =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
  );
