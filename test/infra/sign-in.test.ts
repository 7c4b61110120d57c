import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { asId, type AccountId } from '../../src/domain/ids.ts';
import { hashPassword } from '../../src/infra/passwords.ts';
import { createSignIn, type SignedIn } from '../../src/infra/sign-in.ts';
import { createTokens } from '../../src/infra/tokens.ts';
import { openVault } from '../../src/infra/vault/vault.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
const CHEAP = { N: 16, r: 1, p: 1 };
const WANG = asId<AccountId>('account-wang');
const WINDOW = 300_000;
let now: number;
let active: boolean;
let away: boolean;
let signIn: (login: string, password: string, address?: string) => Promise<SignedIn>;

beforeEach(async () => {
  now = Date.parse('2026-03-02T01:00:00.000Z');
  [active, away] = [true, false];
  const vault = openVault(join(fresh(), 'vault'));
  const accounts = new Map([['wang', WANG], ['gateway', asId<AccountId>('account-gateway')]]); // prettier-ignore
  await vault.setCredential(WANG, await hashPassword('right', CHEAP));
  const attempt = createSignIn({
    vault,
    tokens: createTokens(vault, () => now),
    cost: CHEAP,
    loginHash: (login) => login.trim().toLowerCase(),
    accountOf: (login) => (away ? Promise.reject(new Error('away')) : Promise.resolve(accounts.get(login) ?? null)),
    mayAct: () => Promise.resolve(active),
    wallClock: () => now,
  });
  signIn = (login, password, address = '10.0.0.1') => attempt(login, password, address);
});
const WRONG = { refused: 'wrong' };
const fail = async (times: number, login: (n: number) => string, address?: string): Promise<void> => {
  for (let n = 0; n < times; n += 1) expect(await signIn(login(n), 'wrong', address)).toEqual(WRONG);
};

describe('signing in', () => {
  it('gives a token for the account', async () => {
    const answer = await signIn(' WANG ', 'right');
    expect(answer).toEqual({ accessToken: expect.any(String) as string, expiresIn: 900, account: WANG });
  });

  it('answers the same for a wrong password, nobody, one without a password, and one who may not act', async () => {
    const answers = [await signIn('wang', 'wrong'), await signIn('nobody', 'right'), await signIn('gateway', 'right')];
    active = false;
    answers.push(await signIn('wang', 'right'));
    expect(answers).toEqual([WRONG, WRONG, WRONG, WRONG]);
    expect(await signIn('nobody', 'nobody has this password')).toEqual(WRONG);
  });

  it.each(['wang', 'nobody'])('is throttled after five failures of a login, also with the right password: %s', async (login) => {
    await fail(5, () => login);
    expect(await signIn(login, 'right', '10.0.0.2')).toEqual({ refused: 'throttled', retryAfter: 300 });
    now += 1_500;
    expect(await signIn(` ${login.toUpperCase()}`, 'right')).toEqual({ refused: 'throttled', retryAfter: 299 });
    expect(await signIn('somebody-else', 'wrong')).toEqual(WRONG);
  });

  it('takes the silence of a store for nobody’s wrong password', async () => {
    away = true;
    for (let n = 0; n < 60; n += 1) await expect(signIn('wang', 'right')).rejects.toThrow('away');
    away = false;
    expect(await signIn('wang', 'right')).toMatchObject({ account: WANG });
  });

  it('goes on once the first failure has left the window', async () => {
    await fail(1, () => 'wang');
    now += 100_000;
    await fail(4, () => 'wang');
    now += WINDOW - 100_001;
    expect(await signIn('wang', 'right')).toEqual({ refused: 'throttled', retryAfter: 1 });
    now += 1;
    expect(await signIn('wang', 'right')).toMatchObject({ account: WANG });
  });

  it('forgives a login once it succeeds', async () => {
    await fail(4, () => 'wang');
    expect(await signIn('wang', 'right')).toMatchObject({ account: WANG });
    await fail(5, () => 'wang');
    expect(await signIn('wang', 'right')).toMatchObject({ refused: 'throttled' });
  });

  it('is throttled after fifty failures of an address, whoever it tries, and of no other', async () => {
    await fail(50, (n) => `login-${String(n)}`);
    expect(await signIn('wang', 'right')).toEqual({ refused: 'throttled', retryAfter: 300 });
    expect(await signIn('wang', 'right', '10.0.0.2')).toMatchObject({ account: WANG });
  });

  it('lets a whole office in through one address', async () => {
    await fail(49, (n) => `login-${String(n)}`);
    for (let n = 0; n < 100; n += 1) expect(await signIn('wang', 'right')).toMatchObject({ account: WANG });
    await fail(1, () => 'nobody');
    expect(await signIn('wang', 'right')).toMatchObject({ refused: 'throttled' });
  });

  it('counts tries that come all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => signIn('wang', `guess ${String(n)}`)));
    expect(answers.filter((answer) => 'refused' in answer && answer.refused === 'wrong')).toHaveLength(5);
    expect(answers.filter((answer) => 'refused' in answer && answer.refused === 'throttled')).toHaveLength(35);
  });
});
