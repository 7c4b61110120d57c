import { BadConfig, examine, isServer, type Config, type Place, type Places } from './config.ts';

type Driver = 'event-store' | 'mongo';
/** The drivers are loaded only where an address names one. */
const faultsOf = async (driver: Driver): Promise<(address: string) => readonly string[]> =>
  driver === 'event-store'
    ? (await import('./esdb/driver-address.ts')).esdbFaults
    : (await import('./mongo/driver-address.ts')).mongoFaults;

/** What only the driver knows of one address, after the name that it was given under. */
export const addressFaults = async (name: string, place: Place | undefined, driver: Driver): Promise<readonly string[]> =>
  place !== undefined && isServer(place) ? (await faultsOf(driver))(place).map((fault) => `${name}: ${fault}`) : [];

/** What only the drivers know of addresses: every fault, and no address repeated. */
const driverFaults = async ({ eventStore, readStore, vault }: Partial<Places>): Promise<readonly string[]> => [
  ...(await addressFaults('EVENT_STORE', eventStore, 'event-store')),
  ...(await addressFaults('READ_STORE', readStore, 'mongo')),
  ...(await addressFaults('VAULT', vault, 'mongo')),
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
