import type { z } from 'zod';
import { BadConfig, isServer, LOG_PLACE, placeIn, sameDatabase, VAULT_PLACE, type Place } from './config.ts';
import { secretIn } from './secret-files.ts';
import { addressFaults } from './server-addresses.ts';

/** The two ends of a copy as an operator gives them: each as an address, or as a file that holds one. */
export type GivenPlaces = {
  readonly from?: string | undefined;
  readonly fromFile?: string | undefined;
  readonly to?: string | undefined;
  readonly toFile?: string | undefined;
};
export type CopyPlaces = { readonly from: Place; readonly to: Place };
/** Which of the stores is copied. */
export type CopyKind = 'log' | 'vault';

const KINDS = {
  log: { place: LOG_PLACE, driver: 'event-store', scheme: 'sqlite:', same: '--to: must not be the log of --from' },
  vault: { place: VAULT_PLACE, driver: 'mongo', scheme: 'file:', same: '--to: must not be the vault of --from' },
} as const;

type End = { readonly option: string; readonly address: string } | { readonly problem: string };

/** Arguments can be seen by every user of a machine (`ps`): an address with a password belongs into a file. */
const endOf = (name: string, address: string | undefined, file: string | undefined): End => {
  if (address !== undefined && file !== undefined)
    return { problem: `${name}-file: cannot stand beside ${name}; give one of them` };
  if (address !== undefined) return { option: name, address };
  if (file === undefined) return { problem: `${name}: is missing (or ${name}-file, for an address with a password)` };
  const content = secretIn(file);
  return 'text' in content ? { option: `${name}-file`, address: content.text } : { problem: `${name}-file: ${content.problem}` };
};

/** Where an end lies; undefined where that is not known, since `problems` says what is wrong with it. */
const placeOf = (
  end: End,
  { place, scheme }: (typeof KINDS)[CopyKind],
): { readonly place?: Place; readonly problems: readonly string[] } => {
  if ('problem' in end) return { problems: [end.problem] };
  const wrong: z.ZodSafeParseResult<string> = place.safeParse(end.address);
  const problems = (wrong.error?.issues ?? []).map(({ message }) => `${end.option}: ${message}`);
  return problems.length > 0 ? { problems } : { place: placeIn(end.address, scheme), problems };
};

/** The two stores of a copy. Rejects with `BadConfig` as `checkedConfig` does: every fault named, no address and no path of a file repeated. */
export const readCopyPlaces = async (kind: CopyKind, given: GivenPlaces): Promise<CopyPlaces> => {
  const from = placeOf(endOf('--from', given.from, given.fromFile), KINDS[kind]);
  const to = placeOf(endOf('--to', given.to, given.toFile), KINDS[kind]);
  const { driver } = KINDS[kind];
  const ofDrivers = [...(await addressFaults('--from', from.place, driver)), ...(await addressFaults('--to', to.place, driver))];
  const problems = [...from.problems, ...to.problems, ...ofDrivers];
  if (problems.length > 0 || from.place === undefined || to.place === undefined) throw new BadConfig(problems);
  const shared =
    kind === 'vault' && isServer(from.place) && isServer(to.place) && sameDatabase([from.place, to.place], ['hongzhang-vault', 'hongzhang-vault']); // prettier-ignore
  if (from.place === to.place || shared) throw new BadConfig([KINDS[kind].same]);
  return { from: from.place, to: to.place };
};
