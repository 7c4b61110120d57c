import { refusedParts, unreadableFiles } from '../address-options.ts';
import { isReadable } from './client.ts';

/** Options that name a file: the driver reads it only when it connects. */
const FILES = ['tlsCAFile', 'tlsCRLFile', 'tlsCertificateKeyFile'];

/** What the driver of MongoDB would throw at, all of it; never a part of what was given but the path of a file. The address has passed `parseMongoAddress`. */
export const mongoFaults = (address: string): readonly string[] => {
  const { faults, rest } = unreadableFiles(address, FILES);
  return [...refusedParts(rest, 'mongodb://localhost/', isReadable), ...faults].map((fault) => `the address of MongoDB ${fault}`);
};
