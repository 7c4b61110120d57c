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
    super(`配置有误 Configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'BadConfig';
  }
}

/** Refuses what a parser would read otherwise than it was meant, and would then quote: a password with a sign of the address in it. */
const wellFormed = (address: string): boolean => !/^[a-z+]+:\/\/[^@]*[/?#][^@]*@|@.*@/.test(address);
const ENCODE = 'has a / ? # or @ in its name or password, which must be written as %2F %3F %23 %40';

const refusals = (check: () => unknown): readonly string[] => {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof BadAddress) return error.reasons;
    if (error instanceof BadMongoAddress) return [error.message];
    throw error;
  }
};

/** What may stand there: a path behind `file`, or a server's address that `check` takes. Says why not, never what was given. */
const place = (file: string, isServers: RegExp, check: (address: string) => unknown, says: string) =>
  z.string().superRefine((value, context) => {
    if (value.startsWith(file) && value.length > file.length) return;
    const wrong = !isServers.test(value) ? [says] : wellFormed(value) ? refusals(() => check(value)) : [ENCODE];
    for (const message of wrong) context.addIssue({ code: 'custom', message });
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

export type Places = Pick<Config, 'eventStore' | 'readStore' | 'vault' | 'role'>;

/** Do two addresses of MongoDB name one database? `otherwise` is what each means where it names none. */
export const sameDatabase = (addresses: readonly [Place, Place], otherwise: readonly [string, string]): boolean => {
  const [a, b] = [parseMongoAddress(addresses[0]), parseMongoAddress(addresses[1])];
  return a.hosts === b.hosts && (a.database ?? otherwise[0]) === (b.database ?? otherwise[1]);
};

/** Read models may be dropped and made again; keys never. */
const shareDatabase = (readStore: Place = '', vault: Place = ''): boolean =>
  isServer(readStore) && isServer(vault) && sameDatabase([readStore, vault], ['hongzhang', 'hongzhang-vault']);

/** What each variable allows and all of them together do not, as far as they are known. */
const combined = ({ eventStore, readStore, vault, role = 'all' }: Partial<Places>): readonly string[] => {
  const inFiles = (place: Place | undefined): boolean => role !== 'all' && place !== undefined && !isServer(place);
  const needs = (server: string): string => `serves one process: ROLE=${role} needs ${server}://…, or ROLE=all must do everything`;
  const problems: readonly (readonly [boolean, string])[] = [
    [eventStore !== undefined && eventStore === readStore, 'READ_STORE: must not be the file of EVENT_STORE'],
    [shareDatabase(readStore, vault), 'VAULT: must not be the database of READ_STORE, which may be dropped and made again'],
    [inFiles(eventStore), `EVENT_STORE: a file ${needs('esdb')}`],
    [inFiles(readStore), `READ_STORE: a folder ${needs('mongodb')}`],
    [inFiles(vault), `VAULT: a folder ${needs('mongodb')}`],
  ];
  return problems.flatMap(([wrong, words]) => (wrong ? [words] : []));
};

/** The place that an address or a path behind `scheme` names; it has passed its check. */
export const placeIn = (given: string, scheme: string): Place => (isServer(given) ? given : resolve(given.slice(scheme.length)));

/** Every variable that the service knows; those with `_FILE` name a file that holds the value. */
export const VARIABLES: readonly string[] = [...Object.keys(ENVIRONMENT.shape), ...BY_FILE.map((name) => `${name}_FILE`)];

/** A configuration, null where anything is wrong; all that is wrong; and the places of those variables that are right by themselves. */
export type Examined = {
  readonly config: Config | null;
  readonly problems: readonly string[];
  readonly places: Partial<Places>;
};

/** Says all that is wrong with an environment, of each variable and of all together; it never repeats an address, which may hold a password. */
export const examine = (given: Readonly<Record<string, string | undefined>>): Examined => {
  const present = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const { environment, fromFile, problems: unread } = withFiles(Object.fromEntries(present));
  const issues = ENVIRONMENT.safeParse(environment).error?.issues ?? [];
  const wrong = new Set(issues.map(({ path }) => path.join('.')));
  const rest = Object.fromEntries(Object.entries(environment).filter(([name]) => !wrong.has(name)));
  const { DATA_DIR, EVENT_STORE, READ_STORE, VAULT, ROLE, HOST, PORT, TRUSTED_PROXIES, LOG_LEVEL } = ENVIRONMENT.parse(rest);
  const directory = resolve(DATA_DIR);
  const placeOf = (given: string | undefined, scheme: string, fallback: string): Place =>
    placeIn(given ?? `${scheme}${directory}/${fallback}`, scheme);
  const all: Places = {
    eventStore: placeOf(EVENT_STORE, 'sqlite:', 'events.db'),
    readStore: placeOf(READ_STORE, 'sqlite:', 'views'),
    vault: placeOf(VAULT, 'file:', 'vault'),
    role: ROLE,
  };
  const isUnknown = (name: string): boolean => wrong.has(name) || (fromFile.has(name) && environment[name] === undefined);
  const places: Partial<Places> = {
    ...(isUnknown('EVENT_STORE') ? {} : { eventStore: all.eventStore }),
    ...(isUnknown('READ_STORE') ? {} : { readStore: all.readStore }),
    ...(isUnknown('VAULT') ? {} : { vault: all.vault }),
    ...(isUnknown('ROLE') ? {} : { role: ROLE }),
  };
  const alone = issues.map(({ path, message }) => `${path.join('.')}${fromFile.has(path.join('.')) ? '_FILE' : ''}: ${message}`);
  const problems = [...unread, ...alone, ...combined(places)];
  const config = { dataDirectory: directory, ...all, host: HOST, port: PORT, trustedProxies: TRUSTED_PROXIES, logLevel: LOG_LEVEL };
  return { config: problems.length > 0 ? null : config, problems, places };
};

/** The configuration that an environment gives. Throws `BadConfig` naming every wrong variable. */
export const readConfig = (given: Readonly<Record<string, string | undefined>>): Config => {
  const { config, problems } = examine(given);
  if (config === null) throw new BadConfig(problems);
  return config;
};
