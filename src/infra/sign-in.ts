import type { AccountId } from '../domain/ids.ts';
import { fitsPassword, hashPassword, type PasswordCost } from './passwords.ts';
import { TOKEN_LIFETIME, type Tokens } from './tokens.ts';
import type { Vault } from './vault/vault.ts';

export type SignInDeps = {
  readonly vault: Pick<Vault, 'credential'>;
  readonly tokens: Tokens;
  readonly cost: PasswordCost;
  /** The claim stream of a login as people write it. */
  readonly loginHash: (login: string) => string;
  /** Whose login it is; null where nobody has it. */
  readonly accountOf: (loginHash: string) => Promise<AccountId | null>;
  /** Whether the account may act at all now. */
  readonly mayAct: (account: AccountId) => Promise<boolean>;
  /** Milliseconds; the wall clock, whatever day the service plays. */
  readonly wallClock?: () => number;
};
export type SignedIn =
  | { readonly accessToken: string; readonly expiresIn: number; readonly account: AccountId }
  | { readonly refused: 'wrong' }
  | { readonly refused: 'throttled'; readonly retryAfter: number };

/** Failures that a login and an address may have in a window. */
const PER_LOGIN = 5;
const PER_ADDRESS = 50;
const WINDOW = 5 * 60_000;
/** Logins and addresses remembered; the oldest go first. */
const REMEMBERED = 50_000;
/** Derivations at once, and waiting: each takes 32 MiB and a core. */
const AT_ONCE = 2;
const WAITING = 50;

/** Counts failures in a sliding window. */
const throttle = (limit: number, now: () => number) => {
  const failures = new Map<string, readonly number[]>();
  const recent = (key: string): readonly number[] => (failures.get(key) ?? []).filter((at) => at > now() - WINDOW);
  return {
    /** Seconds to wait; 0: go on. */
    waitFor: (key: string): number => {
      const known = recent(key);
      return known.length < limit ? 0 : Math.ceil(((known[0] ?? 0) + WINDOW - now()) / 1_000);
    },
    fail: (key: string): void => {
      const known = recent(key);
      failures.delete(key);
      failures.set(key, [...known, now()]);
      if (failures.size > REMEMBERED) failures.delete(failures.keys().next().value as string);
    },
    /** Takes back the last one, which was none. */
    takeBack: (key: string): void => {
      failures.set(key, recent(key).slice(0, -1));
    },
    forgive: (key: string): void => {
      failures.delete(key);
    },
  };
};

/** Signs people in with login and password (decision 21): throttled by login and address, as slow for nobody's login as for one. */
export const createSignIn = (deps: SignInDeps) => {
  const now = deps.wallClock ?? Date.now;
  const [logins, addresses] = [throttle(PER_LOGIN, now), throttle(PER_ADDRESS, now)];
  const decoy = hashPassword('nobody has this password', deps.cost);
  let running = 0;
  const queue: (() => void)[] = [];

  const inTurn = async (work: () => Promise<boolean>): Promise<boolean> => {
    if (running < AT_ONCE) running += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      // The place goes to the next in the queue, so that nobody who comes in between takes one more.
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  return async (login: string, password: string, address: string): Promise<SignedIn> => {
    const hash = deps.loginHash(login);
    const throttled = (): SignedIn | null => {
      const wait = Math.max(logins.waitFor(hash), addresses.waitFor(address), queue.length >= WAITING ? 1 : 0);
      return wait > 0 ? { refused: 'throttled', retryAfter: wait } : null;
    };
    const before = throttled();
    if (before !== null) return before;
    const account = await deps.accountOf(hash);
    const stored = account === null ? undefined : await deps.vault.credential(account);
    // Counted once the stores have answered, so that their silence is nobody's wrong password; and before the password is
    // looked at, so that many tries at once are no way round.
    const since = throttled();
    if (since !== null) return since;
    logins.fail(hash);
    addresses.fail(address);
    const fits = await inTurn(async () => fitsPassword(password, stored ?? (await decoy)));
    if (!fits || stored === undefined || account === null || !(await deps.mayAct(account))) return { refused: 'wrong' };
    logins.forgive(hash);
    addresses.takeBack(address);
    return { accessToken: await deps.tokens.issue(account), expiresIn: TOKEN_LIFETIME, account };
  };
};
