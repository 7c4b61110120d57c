import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asId, type AccountId } from '../src/domain/ids.ts';
import { readResources } from '../src/infra/shipped-city.ts';
import { openLogReader } from '../src/infra/sqlite/log-reader.ts';
import { createTokens } from '../src/infra/tokens.ts';
import { openVault } from '../src/infra/vault/vault.ts';
import { demoDirectory, withFresh, worldOf } from './directories.ts';
import { loadOf, openConnection, postRequest } from './load.ts';
import { runHongzhang, serve, startProcess } from './processes.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved } from './rounds.ts';

const CONNECTIONS = 64;
const PATH = '/api/v1/applications';
export const LOAD = { status: 201, warmSeconds: 2, seconds: 5 };
const FLOOR = fileURLToPath(new URL('submit-floor.ts', import.meta.url));

/** A connection's person and the bodies that it sends in turns. */
export type Applicant = { readonly account: string; readonly bodies: readonly string[] };

/** Officers and data chiefs by turns, each applying for every conditional resource that is not their own. */
export const applicantsOf = (directory: string): readonly Applicant[] => {
  const { city, published } = worldOf(directory);
  const entries = new Map(readResources().map((resource) => [resource.slug, resource]));
  const conditional = published.filter(({ shareType }) => shareType === 'conditional');
  return Array.from({ length: CONNECTIONS }, (_, index) => {
    const department = city.departments[index % city.departments.length];
    if (department === undefined) throw new Error('a city without departments');
    const bodies = conditional.flatMap(({ slug, id }) => {
      const resource = entries.get(slug);
      if (resource === undefined || resource.provider === department.slug) return [];
      const items = resource.entry.items.filter(({ shareType }) => shareType !== 'not-shared').map(({ name }) => name);
      const body = {
        resourceId: id,
        purpose: '核验申请人资格',
        legalDuty: '《社会救助暂行办法》第五章',
        systemName: '一体化审批平台',
        items,
        period: { from: '2026-11-01', to: '2027-10-31' },
        undertaking: { version: '2019-1', accepted: true },
      };
      return [JSON.stringify(body)];
    });
    return { account: index % 2 === 0 ? department.officer : department.chief, bodies };
  });
};

export const requestsOf = async (directory: string, applicants: readonly Applicant[]): Promise<readonly (() => string)[]> => {
  const tokens = createTokens(openVault(`${directory}/vault`));
  return Promise.all(
    applicants.map(async ({ account, bodies }, connection) => {
      const token = await tokens.issue(asId<AccountId>(account));
      let sent = 0;
      return () => {
        sent += 1;
        return postRequest(PATH, token, `bench-${String(connection)}-${String(sent)}`, bodies[sent % bodies.length] ?? '');
      };
    }),
  );
};

/** The events that one submission by each account leaves, as the log has them. */
export const bytesByAccount = (
  base: string,
  applicants: readonly Applicant[],
): Promise<Readonly<Record<string, readonly string[]>>> =>
  withFresh(base, async (directory) => {
    const log = openLogReader(`${directory}/events.db`);
    const server = await serve(directory);
    const { position: before } = await log.head();
    for (const next of await requestsOf(directory, applicants)) {
      const connection = await openConnection(server.port);
      const { status, body } = await connection.send(next());
      if (status !== 201) throw new Error(body);
      connection.close();
    }
    await server.stop();
    const bytes: Record<string, string[]> = {};
    for await (const { position: _, ...event } of log.readAll({ after: before }))
      if (event.stream.startsWith('application-')) (bytes[event.actor] ??= []).push(JSON.stringify(event));
    await log.close();
    return bytes;
  });

const submitFloor = async (base: string, applicants: readonly Applicant[], bytes: object): Promise<number> =>
  withFresh(base, async (directory) => {
    const path = `${directory}/floor-bytes.json`;
    writeFileSync(path, JSON.stringify(bytes));
    const server = await startProcess(['--import', 'tsx', FLOOR], { DATA_DIR: directory, BYTES: path });
    const rate = await loadOf(server.port, await requestsOf(directory, applicants), LOAD);
    await server.stop();
    return rate;
  });

const submitOurs = async (base: string, applicants: readonly Applicant[]): Promise<number> =>
  withFresh(base, async (directory) => {
    const server = await serve(directory);
    const rate = await loadOf(server.port, await requestsOf(directory, applicants), LOAD);
    await server.stop();
    return rate;
  });

/** Successful client commands a second of the demonstration's play. */
const playDemo = async (): Promise<number> =>
  withFresh(null, async (directory) => {
    await runHongzhang(['demo', '--no-serve'], directory);
    const { commands, seconds } = JSON.parse(readFileSync(`${directory}/demo-rate.json`, 'utf8')) as {
      commands: number;
      seconds: number;
    };
    return commands / seconds;
  });

export const submit: Benchmark = {
  limits: { submit: { atLeast: 0.5 }, 'demo-rate': { atLeast: 0.4 } },
  about: 'submit-application over HTTP with 64 connections ÷ the same bytes without a domain; demo-rate: the play ÷ submit',
  run: async (wanted) => {
    const base = await demoDirectory();
    const applicants = applicantsOf(base);
    const bytes = await bytesByAccount(base, applicants);
    const withDemo = wanted.has('demo-rate');
    const medians = await interleaved({
      floor: () => submitFloor(base, applicants, bytes),
      ours: () => submitOurs(base, applicants),
      ...(withDemo ? { demo: playDemo } : {}),
    } as Record<'floor' | 'ours' | 'demo', () => Promise<number>>);
    return [
      resultOf('submit', 'commands/s', medians.ours, medians.floor),
      ...(withDemo ? [resultOf('demo-rate', 'commands/s', medians.demo, medians.ours)] : []),
    ];
  },
};
