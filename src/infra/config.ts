import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { BadAddress, parseAddress } from './esdb/address.ts';
import { BadMongoAddress, parseMongoAddress } from './mongo/address.ts';
import { BY_FILE, withFiles } from './secret-files.ts';

export const ROLES = ['all', 'api', 'worker'] as const;
/** What a process does: answer requests, seal and project, or both. */
export type Role = (typeof ROLES)[number];

/** Where something is kept: an absolute path on this machine, or the address of a server, which may hold a password. */
export type Place = string;

/** The environment, checked once at start; everything wrong with it is named at once. */
export type Config = {
  readonly dataDirectory: string;
  readonly eventStore: Place;
  readonly readStore: Place;
  /** Keys, credentials and contents. */
  readonly vault: Place;
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  /** Whose word about a client's address is taken: addresses, networks, or their names; nobody's where empty. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
};

/** Is it a server's address? Paths are absolute and have no scheme. */
export const isServer = (place: Place): boolean => /^[a-z+]+:\/\//.test(place);

export class BadConfig extends Error {
  constructor(problems: readonly string[]) {
    super(`Configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'BadConfig';
  }
}

/** Refuses what a parser would read otherwise than it was meant, and would then quote: a password with a sign of the address in it. */
const wellFormed = (address: string): boolean => !/^[a-z+]+:\/\/[^@]*[/?#][^@]*@|@.*@/.test(address);
const ENCODE = 'has a / ? # or @ in its name or password, which must be written as %2F %3F %23 %40';

const refusal = (check: () => unknown): string | null => {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof BadAddress || error instanceof BadMongoAddress) return error.message;
    throw error;
  }
};

/** What may stand there: a path behind `file`, or a server's address that `check` takes. Says why not, never what was given. */
const place = (file: string, isServers: RegExp, check: (address: string) => unknown, says: string) =>
  z.string().superRefine((value, context) => {
    if (value.startsWith(file) && value.length > file.length) return;
    const wrong = !isServers.test(value) ? says : wellFormed(value) ? refusal(() => check(value)) : ENCODE;
    if (wrong !== null) context.addIssue({ code: 'custom', message: wrong });
  });

const ESDB = /^esdb(?:\+discover)?:\/\//;
const MONGO = /^mongodb(?:\+srv)?:\/\//;
const A_LOG = 'must be sqlite:<path>, esdb://host:port or esdb+discover://host:port (for kurrentdb:// write esdb://)';
const VIEWS = 'must be sqlite:<folder> or mongodb://host:port/database';
const A_VAULT = 'must be file:<directory> or mongodb://host:port/database';
/** What the places of a log and of a vault must look like. */
export const LOG_PLACE = place('sqlite:', ESDB, parseAddress, A_LOG);
export const VAULT_PLACE = place('file:', MONGO, parseMongoAddress, A_VAULT);
const A_PORT = 'must be a whole number from 0 to 65535';

const PROXIES = 'must be addresses or networks (10.1.0.0/16), loopback, linklocal or uniquelocal, with commas between them';

const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/');
  const most = isIP(address) === 4 ? 32 : 128;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= most);
  return more.length === 0 && isIP(address) > 0 && fits;
};

const proxies = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => ['loopback', 'linklocal', 'uniquelocal'].includes(part) || isNetwork(part)), PROXIES);

const ENVIRONMENT = z.object({
  DATA_DIR: z.string().min(1).default('./var'),
  EVENT_STORE: LOG_PLACE.optional(),
  READ_STORE: place('sqlite:', MONGO, parseMongoAddress, VIEWS).optional(),
  VAULT: VAULT_PLACE.optional(),
  ROLE: z.enum(ROLES, 'must be all, api or worker').default('all'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number(A_PORT).int(A_PORT).min(0, A_PORT).max(65_535, A_PORT).default(3000),
  TRUSTED_PROXIES: proxies.default([]),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

type Places = Pick<Config, 'eventStore' | 'readStore' | 'vault' | 'role'>;

/** Do two addresses of MongoDB name one database? `otherwise` is what each means where it names none. */
export const sameDatabase = (addresses: readonly [Place, Place], otherwise: readonly [string, string]): boolean => {
  const [a, b] = [parseMongoAddress(addresses[0]), parseMongoAddress(addresses[1])];
  return a.hosts === b.hosts && (a.database ?? otherwise[0]) === (b.database ?? otherwise[1]);
};

/** Read models may be dropped and made again; keys never. */
const shareDatabase = (readStore: Place, vault: Place): boolean =>
  isServer(readStore) && isServer(vault) && sameDatabase([readStore, vault], ['hongzhang', 'hongzhang-vault']);

/** What each variable allows and all of them together do not. */
const combined = ({ eventStore, readStore, vault, role }: Places): readonly string[] => {
  const alone = role !== 'all';
  const problems: readonly (readonly [boolean, string])[] = [
    [eventStore === readStore, 'READ_STORE: must not be the file of EVENT_STORE'],
    [shareDatabase(readStore, vault), 'VAULT: must not be the database of READ_STORE, which may be dropped and made again'],
    [
      alone && !isServer(eventStore),
      `EVENT_STORE: a file serves one process: ROLE=${role} needs esdb://…, or ROLE=all must do everything`,
    ],
    [
      alone && !isServer(readStore),
      `READ_STORE: a folder serves one process: ROLE=${role} needs mongodb://…, or ROLE=all must do everything`,
    ],
    [
      alone && !isServer(vault),
      `VAULT: a folder serves one process: ROLE=${role} needs mongodb://…, or ROLE=all must do everything`,
    ],
  ];
  return problems.flatMap(([wrong, words]) => (wrong ? [words] : []));
};

/** The place that an address or a path behind `scheme` names; it has passed its check. */
export const placeIn = (given: string, scheme: string): Place => (isServer(given) ? given : resolve(given.slice(scheme.length)));

/** Every variable that the service knows; those with `_FILE` name a file that holds the value. */
export const VARIABLES: readonly string[] = [...Object.keys(ENVIRONMENT.shape), ...BY_FILE.map((name) => `${name}_FILE`)];

/** Throws `BadConfig` naming every wrong variable; it never repeats an address, which may hold a password. */
export const readConfig = (given: Readonly<Record<string, string | undefined>>): Config => {
  const present = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const { environment, fromFile, problems: unread } = withFiles(Object.fromEntries(present));
  const checked = ENVIRONMENT.safeParse(environment);
  const wrong = (checked.error?.issues ?? []).map(({ path, message }) => {
    const name = path.join('.');
    return `${fromFile.has(name) ? `${name}_FILE` : name}: ${message}`;
  });
  if (!checked.success || unread.length > 0) throw new BadConfig([...unread, ...wrong]);
  const { DATA_DIR, EVENT_STORE, READ_STORE, VAULT, ROLE, HOST, PORT, TRUSTED_PROXIES, LOG_LEVEL } = checked.data;
  const directory = resolve(DATA_DIR);
  const placeOf = (given: string | undefined, scheme: string, fallback: string): Place =>
    placeIn(given ?? `${scheme}${directory}/${fallback}`, scheme);
  const places: Places = {
    eventStore: placeOf(EVENT_STORE, 'sqlite:', 'events.db'),
    readStore: placeOf(READ_STORE, 'sqlite:', 'views'),
    vault: placeOf(VAULT, 'file:', 'vault'),
    role: ROLE,
  };
  const problems = combined(places);
  if (problems.length > 0) throw new BadConfig(problems);
  return { dataDirectory: directory, ...places, host: HOST, port: PORT, trustedProxies: TRUSTED_PROXIES, logLevel: LOG_LEVEL };
};
