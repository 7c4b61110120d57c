import { bootstrap, type Begun, type Beginning } from './infra/bootstrap.ts';
import { systemClock } from './infra/clock.ts';
import type { Config } from './infra/config.ts';
import { commandId, thingId } from './infra/identifiers.ts';
import { createLogger } from './infra/logging.ts';
import { readOrganizations } from './infra/shipped-city.ts';
import { readNotices, readPacks } from './infra/shipped-law.ts';
import { openService, type Service } from './main.ts';
import { showWaiting } from './progress-bar.ts';
import { Refused } from './refusals.ts';
import { orStopped } from './stopping.ts';

/** Seat of the lead office, and what it stands under (Art. 6). */
export const LEAD_OFFICE = 'nanchang-dashujuju';

/** The organizations with which a ledger begins: the lead office and its line of parents, parents first. */
const leadOfficeLine = () => {
  const shipped = readOrganizations();
  const line = new Set<string>();
  for (let slug: string | null = LEAD_OFFICE; slug !== null; slug = shipped.find((body) => body.slug === slug)?.parent ?? null)
    line.add(slug);
  return shipped.filter(({ slug }) => line.has(slug));
};

/** Begins the ledger of an open service. The same beginning again changes nothing. */
export const beginLedger = (
  service: Service,
  people: Pick<Beginning, 'administrators' | 'leadOfficers' | 'notices'>,
): Promise<Begun> =>
  bootstrap(
    {
      execute: service.deps.execute,
      commandId,
      thingId,
      requestHash: service.deps.requestHash,
      loginHash: service.deps.ids.login,
      setPassword: service.deps.setPassword,
    },
    { organizations: leadOfficeLine(), leadOffice: LEAD_OFFICE, packs: readPacks(), ...people },
  );

/**
 * `hongzhang init`: asks for four people, begins the ledger, and prints each password once. Rejects with the reason of the
 * signal where that aborts before the beginning; a ledger that has begun is begun to the end.
 */
export const begin = async (
  config: Config,
  ask: (question: string, fallback: string) => Promise<string>,
  freshPassword: () => string,
  signal: AbortSignal,
): Promise<void> => {
  const opened = openService(config, { clock: systemClock, logger: createLogger('warn'), onWaiting: showWaiting });
  const service = await orStopped(signal, opened);
  try {
    const { position } = await service.store.head();
    if (position >= 0)
      throw new Refused(
        '账本已初始化，init 仅在空账本上运行一次。',
        'This ledger has begun already; init runs once, on an empty one.',
      );
    const person = async (title: string, login: string) => ({
      login: await orStopped(signal, ask(`${title}: login`, login)),
      name: await orStopped(signal, ask(`${title}: name`, title)),
      password: freshPassword(),
    });
    const administrators = [await person('第一管理员', 'admin-1'), await person('第二管理员', 'admin-2')] as const;
    const leadOfficers = [await person('领导小组办公室甲', 'lead-1'), await person('领导小组办公室乙', 'lead-2')] as const;
    await beginLedger(service, { administrators, leadOfficers, notices: readNotices() });
    await service.settled();
    console.log('The ledger has begun. These passwords are shown once:');
    for (const { login, password } of [...administrators, ...leadOfficers]) console.log(`  ${login.padEnd(20)} ${password}`);
  } finally {
    await service.close();
  }
};
