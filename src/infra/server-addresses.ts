import { BadConfig, isServer, type Config, type Place } from './config.ts';
import type { CopyKind, CopyPlaces } from './copy-places.ts';

type Faults = (address: string) => readonly string[];
/** The drivers are loaded only where an address names one. */
const faultsOfLog = async (): Promise<Faults> => (await import('./esdb/driver-address.ts')).esdbFaults;
const faultsOfMongo = async (): Promise<Faults> => (await import('./mongo/driver-address.ts')).mongoFaults;

const named = async (name: string, place: Place, load: () => Promise<Faults>): Promise<readonly string[]> =>
  isServer(place) ? (await load())(place).map((fault) => `${name}: ${fault}`) : [];

const refuse = (problems: readonly string[]): void => {
  if (problems.length > 0) throw new BadConfig(problems);
};

/** Asks the drivers for what only they know of addresses. Rejects with `BadConfig` that names every fault and repeats no address. */
export const checkAddresses = async ({
  eventStore,
  readStore,
  vault,
}: Pick<Config, 'eventStore' | 'readStore' | 'vault'>): Promise<void> => {
  refuse([
    ...(await named('EVENT_STORE', eventStore, faultsOfLog)),
    ...(await named('READ_STORE', readStore, faultsOfMongo)),
    ...(await named('VAULT', vault, faultsOfMongo)),
  ]);
};

/** The same for the two ends of a copy. */
export const checkCopyAddresses = async (kind: CopyKind, { from, to }: CopyPlaces): Promise<void> => {
  const faults = kind === 'log' ? faultsOfLog : faultsOfMongo;
  refuse([...(await named('--from', from, faults)), ...(await named('--to', to, faults))]);
};
