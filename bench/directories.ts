import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { City, World } from '../src/demo/world.ts';
import { runHongzhang } from './processes.ts';

const ROOT = fileURLToPath(new URL('../var/bench', import.meta.url));
/** Raised when what is made here changes: older directories are made anew. */
const GENERATION = 5;

/** A data directory that is made once and kept; a making that was cut off is begun anew. */
export const cached = async (name: string, make: (directory: string) => Promise<void>): Promise<string> => {
  const directory = `${ROOT}/${name}-g${String(GENERATION)}`;
  if (existsSync(directory)) return directory;
  const part = `${directory}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  process.stderr.write(`  making ${directory}, once\n`);
  await make(part);
  renameSync(part, directory);
  return directory;
};

/** Does its work on a directory that goes afterwards; begun as a copy of another where one is given. */
export const withFresh = async <T>(from: string | null, work: (directory: string) => Promise<T>): Promise<T> => {
  const directory = `${ROOT}/fresh`;
  rmSync(directory, { recursive: true, force: true });
  if (from === null) mkdirSync(directory, { recursive: true });
  else cpSync(from, directory, { recursive: true });
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** The two years of the demonstration, played to their end. */
export const demoDirectory = (): Promise<string> =>
  cached('demo', async (directory) => {
    await runHongzhang(['demo', '--no-serve'], directory);
  });

export const worldOf = (directory: string): World & { readonly city: City } =>
  (JSON.parse(readFileSync(`${directory}/progress.json`, 'utf8')) as { readonly world: World }).world;
