import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { batchAppend, unaryAppend } from './appends.ts';
import { createFaults } from './faults.ts';
import { statusError, uuidOfText } from './messages.ts';
import { credentialError, leaderError, type Node } from './node.ts';
import { read } from './reads.ts';
import type { Control, ServerSettings } from './start.ts';
import { openStore } from './store.ts';

/** The process of the server for tests: one node on a loopback port, told its faults over the channel to its parent. */
const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings;
const faults = createFaults();
let port = settings.port ?? 0;
const node: Node = {
  store: openStore(settings.file, BigInt(settings.firstPosition ?? '7310')),
  faults,
  counts: { subscriptions: 0, reads: 0, appends: 0, lost: 0, delivered: 0 },
  port: () => port,
  refusal: (metadata) => leaderError({ faults, port: () => port }, metadata, '') ?? credentialError(metadata, settings.user),
};

const supportedMethods = (): SupportedMethods => {
  const supported = new features.SupportedMethods().setEventStoreServerVersion('24.10.4');
  const methods = ['append', 'read', ...(settings.batch === false ? [] : ['batchappend'])];
  for (const method of methods)
    supported.addMethods(new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(method));
  return supported;
};
const clusterInfo = (): ClusterInfo => {
  const member = new gossip.MemberInfo()
    .setInstanceId(uuidOfText(randomUUID()))
    .setTimeStamp(String(Date.now()))
    .setState(gossip.MemberInfo.VNodeState.LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(settings.leader ?? port));
  return new gossip.ClusterInfo().setMembersList([member]);
};

const server = new Server({ 'grpc.max_receive_message_length': 32 * 1024 * 1024 });
server.addService(featuresService.ServerFeaturesService, {
  getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethods>) => {
    void faults.unmuted('features').then(() => {
      const fault = faults.take('features', '');
      if (fault === undefined) answer(null, supportedMethods());
      else answer(statusError(fault.code ?? 13, 'no features'));
    });
  },
});
server.addService(gossipService.GossipService, {
  read: (_call: unknown, answer: sendUnaryData<ClusterInfo>) => {
    void faults.unmuted('gossip').then(() => { answer(null, clusterInfo()); }); // prettier-ignore
  },
});
server.addService(streamsService.StreamsService, {
  append: unaryAppend(node),
  batchAppend: batchAppend(node),
  read: read(node),
  delete: (_call: unknown, answer: sendUnaryData<never>) => { answer(statusError(12, 'nothing is deleted here')); }, // prettier-ignore
  tombstone: (_call: unknown, answer: sendUnaryData<never>) => { answer(statusError(12, 'nothing is deleted here')); }, // prettier-ignore
});

const { tls } = settings;
const credentials =
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ private_key: readFileSync(tls.keyFile), cert_chain: readFileSync(tls.certFile) }]);
server.bindAsync(`127.0.0.1:${String(port)}`, credentials, (error, bound) => {
  if (error !== null) throw error;
  port = bound;
  process.send?.({ listening: bound });
});

process.on('message', ({ id, fault, clear }: Control) => {
  if (fault !== undefined) faults.set(fault);
  if (clear !== undefined) faults.clear(clear.stream);
  process.send?.({ id, ...node.counts, events: node.store.log.length });
});
process.once('SIGTERM', () => {
  server.forceShutdown();
  process.exit(0);
});
// A server whose test has gone goes too.
process.once('disconnect', () => { process.exit(0); }); // prettier-ignore
