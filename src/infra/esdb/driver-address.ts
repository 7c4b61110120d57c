import { refusedParts } from '../address-options.ts';
import { parseAddress } from './address.ts';
import { isReadable } from './connection.ts';

/** What the client of EventStoreDB would throw at, all of it; never a part of what was given. The address has passed `parseAddress`. */
export const esdbFaults = (address: string): readonly string[] =>
  refusedParts(parseAddress(address).url, 'esdb://localhost', isReadable).map((fault) => `the address of EventStoreDB ${fault}`);
