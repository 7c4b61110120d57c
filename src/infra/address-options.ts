import { readFileSync } from 'node:fs';
import { causeInWords } from './path-fault.ts';

/** A query's options, as they stand in an address. */
const optionsOf = (query: string): readonly string[] => query.split('&').filter((option) => option !== '');
/** A key that may be repeated: nothing that could be a part of a password. */
const KEY = /^[A-Za-z]{1,40}$/;

/**
 * What of an address its driver refuses, in our words: drivers quote what they could not read, which may be a password.
 * `accepts` asks the driver; `plain` is an address without options that it takes. Options are asked for one by one, so that each wrong one is named.
 */
export const refusedParts = (address: string, plain: string, accepts: (address: string) => boolean): readonly string[] => {
  if (accepts(address)) return [];
  const [base = '', query = ''] = address.split('?');
  const faults: string[] = [];
  const whole = accepts(base);
  if (!whole) faults.push('has a host, port, database, name or password that the driver does not take');
  for (const option of optionsOf(query)) {
    if (accepts(`${whole ? base : plain}?${option}`)) continue;
    const [key = ''] = option.split('=');
    faults.push(`has an option ${KEY.test(key) ? key : '(unnamed)'} that the driver does not take, or not with this value alone`);
  }
  return faults.length > 0 ? faults : ['has options that the driver does not take together'];
};

/** The file that an option names, and why it cannot be read: said with its path, which is no secret. */
const unreadable = (key: string, path: string): string | null => {
  try {
    readFileSync(path);
    return null;
  } catch (error) {
    return `names in ${key} a file that cannot be read: ${path} ${causeInWords(error)}`;
  }
};

/**
 * What is wrong with the options of an address that name files, which drivers read only when they connect, and say then in
 * their own way; and the address without those options. `keys` as they are written, in whatever case.
 */
export const unreadableFiles = (
  address: string,
  keys: readonly string[],
): { readonly faults: readonly string[]; readonly rest: string } => {
  const [base = '', query = ''] = address.split('?');
  const faults: string[] = [];
  const rest = optionsOf(query).filter((option) => {
    const [given = '', value = ''] = option.split('=');
    const key = keys.find((name) => name.toLowerCase() === given.toLowerCase().replaceAll(/[_-]/g, ''));
    const fault = key === undefined ? null : unreadable(key, decoded(value));
    if (fault !== null) faults.push(fault);
    return fault === null;
  });
  return { faults, rest: rest.length === 0 ? base : `${base}?${rest.join('&')}` };
};

const decoded = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};
