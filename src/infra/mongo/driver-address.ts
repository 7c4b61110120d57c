import { accessSync, constants } from 'node:fs';
import { refusedParts } from '../address-options.ts';
import { isReadable } from './client.ts';

/** Options that name a file: the driver reads it only when it connects. */
const FILES = ['tlsCAFile', 'tlsCRLFile', 'tlsCertificateKeyFile'];

const unreadableFiles = (address: string): readonly string[] => {
  const options = new URLSearchParams(address.split('?')[1] ?? '');
  return FILES.filter((key) => {
    const path = options.get(key);
    if (path === null) return false;
    try {
      accessSync(path, constants.R_OK);
      return false;
    } catch {
      return true;
    }
  });
};

/** What the driver of MongoDB would throw at, all of it; never a part of what was given. The address has passed `parseMongoAddress`. */
export const mongoFaults = (address: string): readonly string[] =>
  [
    ...refusedParts(address, 'mongodb://localhost/', isReadable),
    ...unreadableFiles(address).map((key) => `names in ${key} a file that cannot be read`),
  ].map((fault) => `the address of MongoDB ${fault}`);
