import { EventStoreDBClient } from '@eventstore/db-client';
import { refusedParts } from '../address-options.ts';
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

/** What the client of EventStoreDB would throw at, all of it; never a part of what was given. The address has passed `parseAddress`. */
export const esdbFaults = (address: string): readonly string[] =>
  refusedParts(parseAddress(address).url, 'esdb://localhost', isReadable).map((fault) => `the address of EventStoreDB ${fault}`);
