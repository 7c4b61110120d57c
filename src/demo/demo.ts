import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Clock } from '../domain/command-port.ts';
import type { AccountId } from '../domain/ids.ts';
import { addDays, laterOf, startOfDay, type CivilDate, type Instant } from '../domain/time.ts';
import type { Begun } from '../infra/bootstrap.ts';
import { createSimulatedClock } from '../infra/clock.ts';
import type { Config } from '../infra/config.ts';
import { fillInThreads } from '../infra/projector/filling-threads.ts';
import { createLogger } from '../infra/logging.ts';
import { compareRebuild } from '../infra/projector/projection-rebuild.ts';
import { readOrganizations, readResources } from '../infra/shipped-city.ts';
import { readNotices } from '../infra/shipped-law.ts';
import { openLogReader } from '../infra/sqlite/log-reader.ts';
import { openSqliteReadStore } from '../infra/sqlite/read-store.ts';
import { beginLedger } from '../init.ts';
import { openService, type Service } from '../main.ts';
import { bar } from '../progress-bar.ts';
import { PROJECTIONS } from '../projections/index.ts';
import { createClient, type Client } from './client.ts';
import { opening } from './day-plan.ts';
import { play } from './play.ts';
import { report } from './report.ts';
import { settleCity, type DemoAccount } from './settle.ts';
import type { Stage } from './stage.ts';
import { FIRST_DAY, LAST_DAY, type Entry, type World } from './world.ts';

/** The notice that this city records late: published on 2025-11-04, recorded when its first days have passed. */
const LATE_NOTICE = { id: 'cn-2026-v1', recordedOn: '2026-01-06' };
/** Cheap on purpose: the passwords of invented people lie in a file. */
const DEMO_COST = { N: 1_024, r: 8, p: 1 };
const TOKEN_AGE = 600_000;

type Saved = { readonly day: CivilDate; readonly world: World };
export type Played = {
  readonly service: Service;
  readonly lastInstant: Instant;
  readonly reopen: (clock: Clock) => Promise<Service>;
};

export const BANNER = 'demonstration: invented people and entries, simulated time';

const showDay = (day: CivilDate, started: number, commands: number): void => {
  const from = Date.parse(FIRST_DAY);
  const done = (Date.parse(day) - from) / (Date.parse(LAST_DAY) - from);
  const seconds = Math.round((Date.now() - started) / 1_000);
  const text = `${bar(done)} ${day}  ${String(commands)} commands  ${String(seconds)} s`;
  if (process.stderr.isTTY) process.stderr.write(`\r${text}`);
  else if (day.endsWith('-28') || day === LAST_DAY) process.stderr.write(`${text}\n`);
};

const writePrivate = (path: string, value: unknown): void => {
  writeFileSync(`${path}.tmp`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
};

const tokensOf = (service: Service): ((account: string) => Promise<string>) => {
  const issued = new Map<string, { token: string; at: number }>();
  return async (account) => {
    const known = issued.get(account);
    if (known !== undefined && Date.now() - known.at < TOKEN_AGE) return known.token;
    const token = await service.tokens.issue(account as AccountId);
    issued.set(account, { token, at: Date.now() });
    return token;
  };
};

/** The city of the demonstration: settled anew on an empty ledger; on one that has begun, every step finds itself done. */
const settle = async (service: Service, client: Client, config: Config) => {
  const passwordOf = (login: string): string => `demo-${login}-${service.deps.ids.login(login).slice(0, 8)}`;
  const people = (prefix: string, titles: readonly [string, string]) =>
    titles.map((name, index) => ({
      login: `${prefix}.${index === 0 ? 'one' : 'two'}`,
      name,
      password: passwordOf(prefix + String(index)),
    })) as never;
  const known = readNotices().filter(({ id }) => id !== LATE_NOTICE.id);
  const begun: Begun = await beginLedger(service, {
    administrators: people('admin', ['管理员甲', '管理员乙']),
    leadOfficers: people('lead', ['办公室甲', '办公室乙']),
    notices: known,
  });
  const { city, accounts } = await settleCity(
    client,
    begun,
    readOrganizations(),
    passwordOf,
    new Set(readResources().map(({ provider }) => provider)),
  );
  const leaders = (['admin', 'lead'] as const).flatMap((prefix) =>
    [0, 1].map((index): DemoAccount => ({
      id: (prefix === 'admin' ? begun.administrators : begun.leadOfficers)[index] ?? '',
      account: `${prefix}.${index === 0 ? 'one' : 'two'}`,
      password: passwordOf(prefix + String(index)),
      roles: [prefix === 'admin' ? 'administrator' : 'lead-officer'],
      organization: 'nanchang-dashujuju',
    })),
  );
  const base = `http://${config.host}:${String(config.port)}/api/v1`;
  const listed = [...leaders, ...accounts].map(({ id: _, ...account }) => ({ ...account, base }));
  writePrivate(`${config.dataDirectory}/accounts.json`, listed);
  return { city, listed };
};

/** The late notice, proposed by one and confirmed by another on the day it was recorded (decision 22). */
const recordNotice = async (client: Client, [proposer, confirmer]: readonly [string, string]): Promise<void> => {
  const notice = readNotices().find(({ id }) => id === LATE_NOTICE.id);
  if (notice === undefined) throw new Error(`no notice ${LATE_NOTICE.id}`);
  const { revision } = await client.post(proposer, '/calendar-notices', notice, `notice ${notice.id}`);
  await client.post(confirmer, `/calendar-notices/${notice.id}/confirm`, {}, `confirm ${notice.id}`, revision);
};

const compare = async (service: Service, config: Config): Promise<string> => {
  await service.settled();
  const folder = mkdtempSync(`${config.dataDirectory}/rebuild-`);
  const log = openLogReader(config.eventStore);
  const empty = openSqliteReadStore(folder);
  const fill = fillInThreads({ log: config.eventStore, readModels: folder });
  try {
    const compared = await compareRebuild({ log, store: service.deps.readStore, projections: PROJECTIONS }, empty, { fill });
    if (compared.difference !== null) throw new Error(`a rebuild differs: ${JSON.stringify(compared.difference).slice(0, 2_000)}`);
    return `重建核对：${String(compared.documents)} 个文档、${String(compared.versions)} 个版本逐字节一致。`;
  } finally {
    await empty.close();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A sign-in for each role, in the departments that have the most entries: there is the most to see. */
const oneOfEachRole = <A extends Pick<DemoAccount, 'roles' | 'organization'>>(
  accounts: readonly A[],
  entries: readonly Entry[],
): readonly A[] => {
  const provided = (slug: string): number => entries.filter(({ provider }) => provider === slug).length;
  const shown = new Set<string>();
  const busiest = accounts.toSorted((a, b) => provided(b.organization) - provided(a.organization));
  return busiest.filter(({ roles }) => {
    const isNew = roles.some((role) => !shown.has(role));
    for (const role of roles) shown.add(role);
    return isNew;
  });
};

/** Plays the two years, or what is left of them, and reports. A demonstration that was stopped goes on from its last saved day. */
export const playDemonstration = async (config: Config): Promise<Played> => {
  const savedPath = `${config.dataDirectory}/progress.json`;
  const saved = existsSync(savedPath) ? (JSON.parse(readFileSync(savedPath, 'utf8')) as Saved) : null;
  const clock = createSimulatedClock(startOfDay(FIRST_DAY));
  const logger = createLogger(config.logLevel);
  const open = (at: Clock): Promise<Service> => openService(config, { clock: at, logger, banner: BANNER, passwordCost: DEMO_COST });
  const service = await open(clock);
  await service.settled();
  const client = createClient(service.app, tokensOf(service));
  const started = Date.now();
  const { city, listed } = await settle(service, client, config);
  const notices = readNotices();
  const entries = new Map<string, Entry>(
    readResources()
      .filter(({ provider }) => city.departments.some(({ slug }) => slug === provider))
      .map((entry) => [entry.slug, entry]),
  );
  const world: World = saved?.world ?? { city, tasks: opening(entries, notices), published: [], grants: [] };
  const stage: Stage = {
    client,
    city,
    entries,
    notices,
    onPublished: (published) => world.published.push(published),
    onGrant: (grant) => world.grants.push(grant),
  };
  const before = client.counts().succeeded;
  const playStarted = Date.now();
  await play(
    {
      stage,
      world,
      notices,
      clock,
      drain: service.runDue,
      onDay: (day) => (day === LATE_NOTICE.recordedOn ? recordNotice(client, city.leadOfficers) : Promise.resolve()),
      onProgress: (day) => {
        showDay(day, started, client.counts().succeeded);
      },
      save: (day) => {
        writePrivate(savedPath, { day, world } satisfies Saved);
      },
    },
    saved === null ? addDays(FIRST_DAY, 1) : addDays(saved.day, 1),
  );
  const { succeeded, refused } = client.counts();
  const seconds = (Date.now() - playStarted) / 1_000;
  process.stderr.write('\n');
  await service.settled();
  // Time goes on from what the log has seen: a demonstration that was served for some days does not go back to its last one.
  const { position } = await service.store.head();
  const lastInstant = laterOf(clock.now(), (await service.store.clockAt(position)) ?? '');
  if (clock.now() < lastInstant) clock.set(lastInstant);
  for (const line of await report(client, city, clock.now())) console.log(line);
  console.log(
    `演示期间成功命令 ${String(succeeded - before)} 条，用时 ${seconds.toFixed(1)} 秒；按规则被拒绝：${JSON.stringify(refused)}`,
  );
  console.log(await compare(service, config));
  console.log(`\n每种角色一个登录（全部见 ${config.dataDirectory}/accounts.json）：`);
  for (const { account, password, roles, organization } of oneOfEachRole(listed, [...entries.values()]))
    console.log(`  ${account.padEnd(28)} ${password.padEnd(44)} ${roles.join(', ')} @ ${organization}`);
  writePrivate(`${config.dataDirectory}/demo-rate.json`, { commands: succeeded - before, seconds });
  return { service, lastInstant, reopen: open };
};
