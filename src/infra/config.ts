import { resolve } from 'node:path';
import { z } from 'zod';

/** The environment, checked once at start; everything wrong with it is named at once. */
export type Config = {
  readonly dataDirectory: string;
  readonly eventStore: string;
  readonly readStore: string;
  readonly vault: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
};

export class BadConfig extends Error {
  constructor(problems: readonly string[]) {
    super(`Configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'BadConfig';
  }
}

const sqliteAddress = z.string().regex(/^sqlite:.+/, 'must be sqlite:<path> (other stores come with a later release)');

const A_PORT = 'must be a whole number from 0 to 65535';

const ENVIRONMENT = z.object({
  DATA_DIR: z.string().min(1).default('./var'),
  EVENT_STORE: sqliteAddress.optional(),
  READ_STORE: sqliteAddress.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number(A_PORT).int(A_PORT).min(0, A_PORT).max(65_535, A_PORT).default(3000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

/** Throws `BadConfig` naming every wrong variable. */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const checked = ENVIRONMENT.safeParse(present);
  if (!checked.success) throw new BadConfig(checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const { DATA_DIR, EVENT_STORE, READ_STORE, HOST, PORT, LOG_LEVEL } = checked.data;
  const directory = resolve(DATA_DIR);
  const eventStore = resolve((EVENT_STORE ?? `sqlite:${directory}/events.db`).slice('sqlite:'.length));
  const readStore = resolve((READ_STORE ?? `sqlite:${directory}/read.db`).slice('sqlite:'.length));
  if (eventStore === readStore) throw new BadConfig(['READ_STORE: must not be the file of EVENT_STORE']);
  return {
    dataDirectory: directory,
    eventStore,
    readStore,
    vault: `${directory}/vault`,
    host: HOST,
    port: PORT,
    logLevel: LOG_LEVEL,
  };
};
