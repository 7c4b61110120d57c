import type { z } from 'zod';
import { BadConfig, isServer, LOG_PLACE, placeIn, sameDatabase, VAULT_PLACE, type Place } from './config.ts';
import { secretIn } from './secret-files.ts';

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
  log: { place: LOG_PLACE, scheme: 'sqlite:', same: '--to: must not be the log of --from' },
  vault: { place: VAULT_PLACE, scheme: 'file:', same: '--to: must not be the vault of --from' },
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

/** The two stores of a copy. Throws `BadConfig` as `readConfig` does: every fault named, no address and no path of a file repeated. */
export const readCopyPlaces = (kind: CopyKind, given: GivenPlaces): CopyPlaces => {
  const { place, scheme, same } = KINDS[kind];
  const ends = [endOf('--from', given.from, given.fromFile), endOf('--to', given.to, given.toFile)] as const;
  const problems = ends.flatMap((end) => {
    if ('problem' in end) return [end.problem];
    const wrong: z.ZodSafeParseResult<string> = place.safeParse(end.address);
    return (wrong.error?.issues ?? []).map(({ message }) => `${end.option}: ${message}`);
  });
  if (problems.length > 0) throw new BadConfig(problems);
  const [from = '', to = ''] = ends.map((end) => ('address' in end ? placeIn(end.address, scheme) : ''));
  const shared =
    kind === 'vault' && isServer(from) && isServer(to) && sameDatabase([from, to], ['hongzhang-vault', 'hongzhang-vault']);
  if (from === to || shared) throw new BadConfig([same]);
  return { from, to };
};
