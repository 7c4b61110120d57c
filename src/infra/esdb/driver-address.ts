import { EventStoreDBClient } from '@eventstore/db-client';
import { refusedParts, unreadableFiles } from '../address-options.ts';
import { parseAddress } from './address.ts';

/** Whether the client takes the address, without our own key in it: else opening it throws. */
const isReadable = (url: string): boolean => {
  try {
    EventStoreDBClient.connectionString(url);
    return true;
  } catch {
    return false;
  }
};

/** Options that name a file. */
const FILES = ['tlsCAFile', 'userCertFile', 'userKeyFile'];

/** What the client of EventStoreDB would throw at, all of it; never a part of what was given but the path of a file. The address has passed `parseAddress`. */
export const esdbFaults = (address: string): readonly string[] => {
  const { faults, rest } = unreadableFiles(parseAddress(address).url, FILES);
  return [...refusedParts(rest, 'esdb://localhost', isReadable), ...faults].map((fault) => `the address of EventStoreDB ${fault}`);
};
