import { readFileSync } from 'node:fs';
import { causeInWords } from './path-fault.ts';

/** Addresses, which may hold passwords: a file that only the service may read can hold them in the environment's stead. */
export const BY_FILE = ['EVENT_STORE', 'READ_STORE', 'VAULT'] as const;

type Environment = Readonly<Record<string, string>>;
export type WithFiles = {
  readonly environment: Environment;
  /** The settings that a file gave. */
  readonly fromFile: ReadonlySet<string>;
  readonly problems: readonly string[];
};

/** What a file holds, or why that is not known; neither says its path. */
export const secretIn = (path: string): { readonly text: string } | { readonly problem: string } => {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? { problem: 'names an empty file' } : { text };
  } catch (error) {
    return { problem: `names a file that cannot be read (${causeInWords(error)})` };
  }
};

/**
 * Puts the content of the file that `<NAME>_FILE` names in the place of `<NAME>`. Both given is a fault, since it would be
 * chance which one holds. No path and no content is repeated.
 */
export const withFiles = (given: Environment): WithFiles => {
  const environment: Record<string, string> = { ...given };
  const fromFile = new Set<string>();
  const problems: string[] = [];
  for (const name of BY_FILE) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    fromFile.add(name);
    if (given[name] !== undefined) {
      problems.push(`${name}_FILE: cannot stand beside ${name}; give one of them`);
      continue;
    }
    const content = secretIn(path);
    if ('text' in content) environment[name] = content.text;
    else problems.push(`${name}_FILE: ${content.problem}`);
  }
  return { environment, fromFile, problems };
};
