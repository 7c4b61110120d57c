import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import codes from '@eventstore/db-client/generated/code_pb.js';
import type { Code } from '@eventstore/db-client/generated/code_pb.js';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import anys from 'google-protobuf/google/protobuf/any_pb.js';
import empties from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Message } from 'google-protobuf';
import type { Fault } from './faults.ts';
import { identifierOf, statusError, textOf, uuidOfText, uuidText } from './messages.ts';
import { leaderError, type Node } from './node.ts';
import type { Expected, Outcome, Proposed } from './store.ts';

const MAX_APPEND = 1024 * 1024;

type ProposedMessage = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

const proposedOf = (message: ProposedMessage): Proposed => {
  const id = message.getId();
  const metadata = message.getMetadataMap();
  if (id === undefined) throw new Error('an event without id');
  return {
    id: uuidText(id),
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
};
const sizeOf = (events: readonly Proposed[]): number =>
  events.reduce((size, { type, data, metadata }) => size + type.length * 2 + data.length + metadata.length, 0);

const expectedOf = (options: AppendReq.Options | BatchAppendReq.Options): Expected => {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream_exists';
  return Number('getRevision' in options ? options.getRevision() : options.getStreamPosition());
};

/** What an append came to, before it takes one of the two forms of an answer. Undefined: none is to be given. */
type Decided = { readonly outcome: Outcome; readonly noPosition: boolean } | { readonly fault: Fault } | undefined;

const decide = async (node: Node, stream: string, expected: Expected, events: readonly Proposed[]): Promise<Decided> => {
  node.counts.appends += 1;
  await node.faults.unmuted(stream);
  const refused = node.faults.take('refuse', stream);
  if (refused !== undefined) return { fault: refused };
  if (sizeOf(events) > MAX_APPEND) return { fault: { name: 'refuse', code: 3, exception: 'maximum-append-size-exceeded' } };
  const outcome = node.store.append(stream, expected, events, node.faults.take('forget-ids', stream) !== undefined);
  const lost = outcome.kind === 'wrong' ? undefined : node.faults.take('lost-ack', stream);
  if (lost !== undefined) {
    node.counts.lost += 1;
    return lost.code === undefined ? undefined : { fault: lost };
  }
  return { outcome, noPosition: node.faults.take('no-position', stream) !== undefined };
};

const trailersOf = ({ exception = '' }: Fault, stream: string): Record<string, string> => ({
  ...(exception === '' ? {} : { exception }),
  'stream-name': stream,
  'maximum-append-size': String(MAX_APPEND),
  'required-metadata-properties': 'type,content-type',
});

export const unaryAppend =
  (node: Node) =>
  (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void => {
    const run = async (): Promise<AppendResp | undefined> => {
      let options: AppendReq.Options | undefined;
      const events: Proposed[] = [];
      for await (const message of call as AsyncIterable<AppendReq>) {
        options = message.getOptions() ?? options;
        const proposed = message.getProposedMessage();
        if (proposed !== undefined) events.push(proposedOf(proposed));
      }
      if (options === undefined) throw statusError(3, 'an append without options');
      const refusal = node.refusal(call.metadata);
      if (refusal !== undefined) throw refusal;
      const stream = textOf(options.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
      const expected = expectedOf(options);
      const decided = await decide(node, stream, expected, events);
      if (decided === undefined) return undefined;
      if ('fault' in decided)
        throw statusError(decided.fault.code ?? 2, decided.fault.details ?? 'a fault', trailersOf(decided.fault, stream));
      return unaryResponse(expected, decided.outcome, decided.noPosition);
    };
    run().then(
      (response) => { if (response !== undefined) answer(null, response); },
      (error: unknown) => { answer(error as Error); },
    ); // prettier-ignore
  };

const unaryResponse = (expected: Expected, outcome: Outcome, noPosition: boolean): AppendResp => {
  const response = new streams.AppendResp();
  if (outcome.kind === 'wrong') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.current));
    if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    return response.setWrongExpectedVersion(wrong);
  }
  const success = new streams.AppendResp.Success().setCurrentRevision(String(outcome.revision));
  if (outcome.last === undefined || noPosition) success.setNoPosition(new shared.Empty());
  else {
    const position = outcome.last.position.toString();
    success.setPosition(new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position));
  }
  return response.setSuccess(success);
};

const statusOf = (type: string, message: Message, code: Code) => {
  const details = new anys.Any();
  details.pack(message.serializeBinary(), `event_store.client.${type}`);
  return new status.Status().setCode(code).setMessage(type).setDetails(details);
};

/** The fault as the answer to one append of a batch; undefined where it breaks the whole stream of appends. */
const batchFault = ({ exception }: Fault, stream: string) => {
  switch (exception) {
    case 'timeout':
      return statusOf('Timeout', new shared.Timeout(), codes.Code.DEADLINE_EXCEEDED);
    case 'unknown':
      return statusOf('Unknown', new shared.Unknown(), codes.Code.UNKNOWN);
    case 'access-denied':
      return statusOf('AccessDenied', new shared.AccessDenied(), codes.Code.PERMISSION_DENIED);
    case 'stream-deleted':
      return statusOf('StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(identifierOf(stream)), codes.Code.NOT_FOUND);
    case 'maximum-append-size-exceeded':
      return statusOf(
        'MaximumAppendSizeExceeded',
        new shared.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND),
        codes.Code.INVALID_ARGUMENT,
      );
    default:
      return undefined;
  }
};

const fillBatchResponse = (response: BatchAppendResp, expected: Expected, outcome: Outcome, noPosition: boolean): void => {
  if (outcome.kind === 'wrong') {
    const wrong = new shared.WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new empties.Empty());
    else wrong.setCurrentStreamRevision(String(outcome.current));
    if (expected === 'no_stream') wrong.setExpectedNoStream(new empties.Empty());
    else wrong.setExpectedStreamPosition(String(expected));
    response.setError(statusOf('WrongExpectedVersion', wrong, codes.Code.ALREADY_EXISTS));
    return;
  }
  const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(outcome.revision));
  if (outcome.last === undefined || noPosition) success.setNoPosition(new empties.Empty());
  else {
    const position = outcome.last.position.toString();
    success.setPosition(new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position));
  }
  response.setSuccess(success);
};

type Pending = { readonly options: BatchAppendReq.Options; readonly events: Proposed[] };

/** One long stream of appends, each with an id of its own; the answers come when they come. */
export const batchAppend =
  (node: Node) =>
  (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const pending = new Map<string, Pending>();
    let answering = Promise.resolve();
    const refusal = node.refusal(call.metadata);
    call.on('error', () => undefined);
    call.on('end', () => { call.end(); }); // prettier-ignore
    if (refusal !== undefined) {
      call.emit('error', refusal);
      return;
    }
    const run = async (id: string, { options, events }: Pending): Promise<void> => {
      const stream = textOf(options.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
      const expected = expectedOf(options);
      const decided = await decide(node, stream, expected, events);
      if (decided === undefined || call.cancelled) return;
      const response = new streams.BatchAppendResp()
        .setCorrelationId(uuidOfText(id))
        .setStreamIdentifier(options.getStreamIdentifier());
      if ('outcome' in decided) fillBatchResponse(response, expected, decided.outcome, decided.noPosition);
      else {
        const error = batchFault(decided.fault, stream);
        if (error === undefined) {
          call.emit('error', statusError(decided.fault.code ?? 2, decided.fault.details ?? 'a fault', trailersOf(decided.fault, stream))); // prettier-ignore
          return;
        }
        response.setError(error);
      }
      call.write(response);
    };
    call.on('data', (request: BatchAppendReq) => {
      const id = uuidText(request.getCorrelationId() ?? new shared.UUID());
      const options = request.getOptions();
      if (options !== undefined) pending.set(id, { options, events: [] });
      const append = pending.get(id);
      if (append === undefined) return;
      append.events.push(...request.getProposedMessagesList().map(proposedOf));
      if (!request.getIsFinal()) return;
      pending.delete(id);
      const leader = leaderError(node, call.metadata, '');
      if (leader !== undefined) {
        call.emit('error', leader);
        return;
      }
      answering = run(id, append);
      answering.catch((error: unknown) => call.emit('error', error));
    });
  };
