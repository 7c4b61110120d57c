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
import { HELP } from './help.ts';
import { begin } from './init.ts';
import { continuingClock, systemClock } from './infra/clock.ts';
import { BadConfig, isServer, type Config } from './infra/config.ts';
import type { GivenPlaces } from './infra/copy-places.ts';
import { createLogger } from './infra/logging.ts';
import { checkedConfig } from './infra/server-addresses.ts';
import { openService, type Service, type ServiceOptions } from './main.ts';
import { dropOldVersions, embeddedOnly, rebuildAll } from './rebuild.ts';
import { wordsFor } from './refusals.ts';
import { Stopped, untilSignal } from './stopping.ts';

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
  // For people: standard output is the log's, a JSON object on each line.
  console.error(`洪账 is listening at ${address} (API: ${address}/docs, readiness: ${address}/readyz)`);
};

/** Files are one process's: `init` needs them for itself. On servers it is one more process beside those that serve. */
const isShared = ({ eventStore, readStore, vault }: Config): boolean => [eventStore, readStore, vault].every(isServer);
const EMPTY_ON_FILES =
  '账本为空。请停止服务，运行一次 init（npm run hongzhang -- init，或 node dist/cli.js init）。\n' +
  'The ledger is empty. Stop the service and run init once: npm run hongzhang -- init, or node dist/cli.js init';
const EMPTY_ON_SERVERS =
  '账本为空。请另行运行一次 init（node dist/cli.js init），不必停止服务。\n' +
  'The ledger is empty. Run init once, beside this process: node dist/cli.js init';

const serve = async ({ role }: { readonly role?: string }): Promise<void> => {
  const config = await checkedConfig(role === undefined ? process.env : { ...process.env, ROLE: role });
  const options: ServiceOptions = { clock: systemClock, logger: createLogger(config.logLevel) };
  const service = await openUntilSignal(() => openService(config, options));
  const { position } = await service.store.head();
  if (position < 0) console.error(isShared(config) ? EMPTY_ON_SERVERS : EMPTY_ON_FILES);
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
  const config = await checkedConfig(environment);
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

const asking = (): ((question: string, fallback: string) => Promise<string>) => {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // On a terminal the interface takes Ctrl-C for itself.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return async (question, fallback) => {
    const answer = process.stdin.isTTY ? (await lines.question(`${question} [${fallback}]: `)).trim() : '';
    return answer === '' ? fallback : answer;
  };
};

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const program = new Command('hongzhang')
  .version(version)
  .description('洪账：政务数据共享开放的事件溯源账本\nAn event-sourced ledger for government data sharing and opening')
  .addHelpText('after', HELP.all);
program
  .command('serve')
  .description('在 DATA_DIR 的账本上提供服务 · answer requests on the ledger of DATA_DIR, until SIGTERM or SIGINT')
  .option('--role <role>', '进程职责 · all, api or worker, in the stead of ROLE (default all)')
  .addHelpText('after', HELP.serve)
  .action(serve);
program
  .command('init')
  .description(
    '初始化账本，仅一次 · begin a ledger, once: two administrators, the lead office with two accounts, the shipped packs and notices',
  )
  .addHelpText('after', HELP.init)
  .action(async () => {
    const config: Config = { ...(await checkedConfig(process.env)), role: 'all' };
    await untilSignal((signal) => begin(config, asking(), () => randomBytes(12).toString('base64url'), signal));
    process.exit(0);
  });
program
  .command('demo')
  .description(
    '演示两年的共享过程 · play two years of sharing on real organizations and invented entries, report, and go on serving on loopback',
  )
  .option('--no-serve', '演示完即结束 · end after the report')
  .addHelpText('after', HELP.demo)
  .action(demo);
program
  .command('rebuild')
  .description('重建全部视图 · empty every view and fill it from the log (with the service stopped)')
  .option(
    '--drop-old',
    '不重建，只删除已被取代的旧版本 · rebuild nothing, only remove versions that a newer one has taken over from',
  )
  .addHelpText('after', HELP.rebuild)
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
  .addHelpText('after', HELP['copy-log'])
  .action(async (options: GivenPlaces) => {
    process.exit(await copyLogAsked(options));
  });

copying(
  'copy-vault',
  '复制密钥、凭据与内容并核对 · copy keys, credentials and contents to another vault and verify them',
  'vault',
  'file:<directory> or mongodb://…',
)
  .addHelpText('after', HELP['copy-vault'])
  .action(async (options: GivenPlaces) => {
    await copyVaultAsked(options);
    process.exit(0);
  });

program.parseAsync().catch((error: unknown) => {
  // What the end that was asked for cuts off is no failure.
  if (ending.signal.aborted) return;
  console.error(wordsFor(error) ?? error);
  process.exit(error instanceof Stopped ? error.exitCode : 1);
});
