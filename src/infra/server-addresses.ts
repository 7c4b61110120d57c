import { BadConfig, examine, isServer, type Config, type Place, type Places } from './config.ts';
import type { CopyKind, CopyPlaces } from './copy-places.ts';

type Faults = (address: string) => readonly string[];
/** The drivers are loaded only where an address names one. */
const faultsOfLog = async (): Promise<Faults> => (await import('./esdb/driver-address.ts')).esdbFaults;
const faultsOfMongo = async (): Promise<Faults> => (await import('./mongo/driver-address.ts')).mongoFaults;

const named = async (name: string, place: Place | undefined, load: () => Promise<Faults>): Promise<readonly string[]> =>
  place !== undefined && isServer(place) ? (await load())(place).map((fault) => `${name}: ${fault}`) : [];

/** What only the drivers know of addresses: every fault, and no address repeated. */
const driverFaults = async ({ eventStore, readStore, vault }: Partial<Places>): Promise<readonly string[]> => [
  ...(await named('EVENT_STORE', eventStore, faultsOfLog)),
  ...(await named('READ_STORE', readStore, faultsOfMongo)),
  ...(await named('VAULT', vault, faultsOfMongo)),
];

/** Asks the drivers of the places. Rejects with `BadConfig`. */
export const checkAddresses = async (places: Pick<Config, 'eventStore' | 'readStore' | 'vault'>): Promise<void> => {
  const problems = await driverFaults(places);
  if (problems.length > 0) throw new BadConfig(problems);
};

/** The configuration that an environment gives. Rejects with `BadConfig` that names all that is wrong, the drivers' part too. */
export const checkedConfig = async (environment: Readonly<Record<string, string | undefined>>): Promise<Config> => {
  const { config, places, problems } = examine(environment);
  const all = [...problems, ...(await driverFaults(places))];
  if (config === null || all.length > 0) throw new BadConfig(all);
  return config;
};

/** What only the drivers know of the two ends of a copy. */
export const copyFaults = async (kind: CopyKind, { from, to }: Partial<CopyPlaces>): Promise<readonly string[]> => {
  const faults = kind === 'log' ? faultsOfLog : faultsOfMongo;
  return [...(await named('--from', from, faults)), ...(await named('--to', to, faults))];
};
