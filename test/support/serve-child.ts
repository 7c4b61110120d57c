import { systemClock } from '../../src/infra/clock.ts';
import { readConfig } from '../../src/infra/config.ts';
import { createLogger } from '../../src/infra/logging.ts';
import { beginLedger } from '../../src/init.ts';
import { openService } from '../../src/main.ts';

/**
 * A server in a process of its own, on the directory and port of its environment. Begins an empty ledger with four
 * people whose password is PASSWORD, and says where it listens. `SYNCHRONOUS=OFF` is what a test proves to be wrong.
 */
const person = (login: string) => ({ login, name: login, password: process.env['PASSWORD'] ?? '' });

const config = readConfig(process.env);
const service = await openService(config, {
  clock: systemClock,
  logger: createLogger(config.logLevel),
  passwordCost: { N: 1_024, r: 8, p: 1 },
  synchronous: process.env['SYNCHRONOUS'] === 'OFF' ? 'OFF' : 'FULL',
});
const { position } = await service.store.head();
if (position < 0)
  await beginLedger(service, {
    administrators: [person('admin-1'), person('admin-2')],
    leadOfficers: [person('lead-1'), person('lead-2')],
    notices: [],
  });
service.watch();
const address = await service.app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`listening ${address}\n`);
process.once('SIGTERM', () => {
  void service.close().then(() => {
    process.exit(0);
  });
});
