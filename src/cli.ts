#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import closeWithGrace from 'close-with-grace';
import { Command } from 'commander';
import { copyLogAsked } from './copy-log.ts';
import { copyVaultAsked } from './copy-vault.ts';
import { BANNER, playDemonstration } from './demo/demo.ts';
import { civilDateOf } from './domain/time.ts';
import { begin } from './init.ts';
import { continuingClock, systemClock } from './infra/clock.ts';
import { BadConfig, isServer, readConfig, type Config } from './infra/config.ts';
import type { GivenPlaces } from './infra/copy-places.ts';
import { createLogger } from './infra/logging.ts';
import { openService, type Service, type ServiceOptions } from './main.ts';
import { dropOldVersions, embeddedOnly, rebuildAll } from './rebuild.ts';
import { wordsFor } from './refusals.ts';

// Whatever this process writes is for its owner alone: views hold what the log holds.
process.umask(0o077);

/** Aborts when a process that serves is asked to end. */
const ending = new AbortController();

/** From now on a signal ends the process: at once while it opens, then with what is under way, within ten seconds. */
const openUntilSignal = async (open: () => Promise<Service>): Promise<Service> => {
  let opened: Service | undefined;
  closeWithGrace({ delay: 10_000 }, async ({ err }) => {
    ending.abort();
    if (err !== undefined) console.error(err);
    await opened?.close();
  });
  return (opened = await open());
};

const listen = async (service: Service, config: Config): Promise<void> => {
  service.watch();
  const address = await service.app.listen({ host: config.host, port: config.port });
  console.log(`洪账 is listening at ${address} (API: ${address}/docs, readiness: ${address}/readyz)`);
};

/** Files are one process's: `init` needs them for itself. On servers it is one more process beside those that serve. */
const isShared = ({ eventStore, readStore, vault }: Config): boolean => [eventStore, readStore, vault].every(isServer);
const EMPTY_ON_FILES =
  '账本为空。请停止服务，运行一次 init。\nThe ledger is empty. Stop the service and run `npm run hongzhang -- init` once.';
const EMPTY_ON_SERVERS =
  '账本为空。请另行运行一次 init，不必停止服务。\nThe ledger is empty. Run `hongzhang init` once, beside this process.';

const serve = async ({ role }: { readonly role?: string }): Promise<void> => {
  const config = readConfig(role === undefined ? process.env : { ...process.env, ROLE: role });
  const options: ServiceOptions = { clock: systemClock, logger: createLogger(config.logLevel) };
  const service = await openUntilSignal(() => openService(config, options));
  const { position } = await service.store.head();
  if (position < 0) console.log(isShared(config) ? EMPTY_ON_SERVERS : EMPTY_ON_FILES);
  await listen(service, config);
};

/** Only this machine may reach a demonstration: its accounts' passwords lie in a file and its keys are nobody's. */
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

const demo = async ({ serve: goOn }: { serve: boolean }): Promise<void> => {
  const environment = {
    ...process.env,
    DATA_DIR: process.env['DATA_DIR'] ?? './var/demo',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
  };
  const config = readConfig(environment);
  if (!LOOPBACK.includes(config.host))
    throw new BadConfig([`HOST: a demonstration listens on loopback only, not on ${config.host}`]);
  embeddedOnly(config);
  const { service, lastInstant, reopen } = await playDemonstration(config);
  if (!goOn) {
    await service.close();
    return;
  }
  await service.close();
  await listen(await openUntilSignal(() => reopen(continuingClock(lastInstant))), config);
  console.log(
    `演示：人员与目录条目均为虚构，时间为模拟时间，自 ${civilDateOf(lastInstant)} 起继续。\n${BANNER}, from ${civilDateOf(lastInstant)} on`,
  );
};

const ask = async (): Promise<(question: string, fallback: string) => Promise<string>> => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  return Promise.resolve(async (question, fallback) => {
    const answer = process.stdin.isTTY ? (await lines.question(`${question} [${fallback}]: `)).trim() : '';
    return answer === '' ? fallback : answer;
  });
};

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const program = new Command('hongzhang')
  .version(version)
  .description('洪账：政务数据共享开放的事件溯源账本\nAn event-sourced ledger for government data sharing and opening')
  .addHelpText(
    'after',
    `
环境变量 Environment:
  DATA_DIR     directory of log, views and vault (default ./var; the demonstration: ./var/demo)
  HOST, PORT   address to listen on (default 127.0.0.1, 3000; port 0: a free one)
  TRUSTED_PROXIES  addresses or networks whose X-Forwarded-For is believed (default none), for the throttling of sign-ins
  LOG_LEVEL    fatal | error | warn | info | debug | silent (default info; the demonstration: warn)
  EVENT_STORE  sqlite:<path> of the log (default events.db in DATA_DIR), or esdb://… of EventStoreDB
  READ_STORE   sqlite:<folder> of the views (default views in DATA_DIR), or mongodb://…
  VAULT        file:<directory> of keys and contents (default vault in DATA_DIR), or mongodb://…
  EVENT_STORE_FILE, READ_STORE_FILE, VAULT_FILE  a file that holds the address, for secrets
  ROLE         all | api | worker: what this process does (default all; api and worker need servers)

退出代码 Exit codes: 0 done, 1 refused or failed, with the reason on standard error; copy-log has one more`,
  );
program
  .command('serve')
  .description('在 DATA_DIR 的账本上提供服务 · answer requests on the ledger of DATA_DIR, until SIGTERM or SIGINT')
  .option('--role <role>', '进程职责 · all (default), api or worker; like ROLE')
  .action(serve);
program
  .command('init')
  .description(
    '初始化账本，仅一次 · begin a ledger, once: two administrators, the lead office with two accounts, the shipped packs and notices',
  )
  .addHelpText(
    'after',
    `
On a terminal it asks for the four logins and names; elsewhere they are admin-1, admin-2, lead-1 and lead-2.
Each password is drawn at random and printed once, on standard output.`,
  )
  .action(async () => {
    const question = await ask();
    await begin({ ...readConfig(process.env), role: 'all' }, question, () => randomBytes(12).toString('base64url'));
    process.exit(0);
  });
program
  .command('demo')
  .description(
    '演示两年的共享过程 · play two years of sharing on real organizations and invented entries, report, and go on serving on loopback',
  )
  .option('--no-serve', '演示完即结束 · end after the report')
  .action(demo);
program
  .command('rebuild')
  .description('重建全部视图 · empty every view and fill it from the log (with the service stopped)')
  .option(
    '--drop-old',
    '不重建，只删除已被取代的旧版本 · rebuild nothing, only remove versions that a newer one has taken over from',
  )
  .addHelpText(
    'after',
    `
Without an option it works on files, with the service stopped. With --drop-old it removes, at READ_STORE, the older versions of
views whose version was raised, once the newer one answers queries, and prints each; on a server the service may go on meanwhile.`,
  )
  .action(({ dropOld: onlyDrop = false }: { readonly dropOld?: boolean }) => (onlyDrop ? dropOldVersions() : rebuildAll()));

/** A command that copies from one place to another, either of which may be given in a file. */
const copying = (name: string, description: string, thing: string, places: string): Command =>
  program
    .command(name)
    .description(description)
    .option(`--from <${thing}>`, `来源 · ${places}`)
    .option('--from-file <path>', '存有来源地址的文件 · a file that holds the address, for one with a password')
    .option(`--to <${thing}>`, `目标 · ${places}: an empty place, or what an earlier copy has begun`)
    .option('--to-file <path>', '存有目标地址的文件 · a file that holds the address');

copying(
  'copy-log',
  '复制账本并核对 · copy the log to another store and verify that it is the same',
  'log',
  'sqlite:<path> or esdb://…',
)
  .addHelpText(
    'after',
    `
Copies every event with the bytes that were hashed: ids, streams, revisions, positions, order and times stay, and so does the
log's id. A copy that was stopped, or killed, goes on where it was; what the target holds is first compared with the source.
At the end both trees must have the same root, and views rebuilt from both must be the same, byte for byte;
they lie beside a file that is the target, else in TMPDIR, and go again.
Stop the service first; of several processes the workers last, since only a worker seals what was appended.

密钥与内容（VAULT）请用 copy-vault 复制 Keys and contents (VAULT) are not copied: copy-vault does that.

退出代码 Exit codes: 0 all is copied and verified, 1 refused or failed,
2 copied and verified, but the source is in use or has grown since: stop what writes to it and run the command again`,
  )
  .action(async (options: GivenPlaces) => {
    process.exit(await copyLogAsked(options));
  });

copying(
  'copy-vault',
  '复制密钥、凭据与内容并核对 · copy keys, credentials and contents to another vault and verify them',
  'vault',
  'file:<directory> or mongodb://…',
)
  .addHelpText(
    'after',
    `
Copies service keys, subjects' keys, erasures, credentials, signed-out tokens, and contents by their hashes. A copy that was
stopped, or killed, goes on when the same command is run again; until one has come to its end no service starts on the target.
At the end everything is read again from the target and compared. Uploads on their way are not copied: they are begun again.
Stop every process that uses either vault first.

退出代码 Exit codes: 0 all is copied and verified, 1 refused or failed`,
  )
  .action(async (options: GivenPlaces) => {
    await copyVaultAsked(options);
    process.exit(0);
  });

program.parseAsync().catch((error: unknown) => {
  // What the end that was asked for cuts off is no failure.
  if (ending.signal.aborted) return;
  console.error(wordsFor(error) ?? error);
  process.exit(1);
});
