import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The program that starts an engine of a test's own, if there is one: `.ci/run` names it where it has built it. */
export const MONGO_TEST_SERVE = process.env['MONGO_TEST_SERVE'];

/** The processes of a server; what answers its clients first, so that nothing is answered by what is left of it. */
const PROGRAMS = ['ferretdb', 'postgres'] as const;
/** How long an engine lives whose test does not end it, in seconds. */
const AT_MOST = 600;

export type MongoEngine = {
  /** Names no database. */
  readonly address: string;
  /** Kills every process of the server, as SIGKILL ends a mongod; the program begins it again on the same port and data. */
  readonly kill: () => void;
  /** What the program said of it, each time that it began again. */
  readonly said: () => string;
  readonly end: () => Promise<void>;
};

/** All that a process started and what that started, parents first. Names that have ended meanwhile are left out. */
const descendants = (pid: number): readonly { readonly pid: number; readonly program: string }[] => {
  try {
    const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').split(' ').filter((one) => one !== '').map(Number); // prettier-ignore
    return children.flatMap((child) => [{ pid: child, program: readFileSync(`/proc/${String(child)}/comm`, 'utf8').trim() }, ...descendants(child)]); // prettier-ignore
  } catch {
    return [];
  }
};

/** Children of a PostgreSQL that was killed may have gone after it by themselves. */
const killed = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const killServer = (program: number): void => {
  const all = descendants(program);
  for (const name of PROGRAMS) {
    const found = all.filter((one) => one.program === name);
    if (found.length === 0) throw new Error(`no ${name} to kill`);
    for (const { pid } of found) killed(pid);
  }
};

/** Starts a MongoDB engine that no other test uses, and that a test may kill. It syncs what it acknowledges, and ends with this process. */
export const startMongoEngine = (serve: string): Promise<MongoEngine> => {
  const env = { ...process.env, MONGO_SERVER_FSYNC: 'on', MONGO_SERVER_SECONDS: String(AT_MOST) };
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', serve], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); })); // prettier-ignore
  let [printed, said] = ['', ''];
  child.stderr.on('data', (text: Buffer) => { said += text.toString(); }); // prettier-ignore
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => { reject(new Error(`the MongoDB engine ended with ${String(code)}: ${said}`)); }); // prettier-ignore
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString();
      const address = /^MONGO_TEST_URL=(\S+)\n/m.exec(printed)?.[1];
      if (address === undefined) return;
      resolve({
        address,
        kill: () => { killServer(child.pid ?? -1); }, // prettier-ignore
        said: () => said,
        end: async () => {
          child.kill('SIGTERM');
          await ended;
        },
      });
    });
  });
};
