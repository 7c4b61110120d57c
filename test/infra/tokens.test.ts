import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { asId, type AccountId } from '../../src/domain/ids.ts';
import { createTokens, TOKEN_LIFETIME } from '../../src/infra/tokens.ts';
import { openVault } from '../../src/infra/vault/vault.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
const ACCOUNT = asId<AccountId>('account-1');
const START = Date.parse('2026-03-02T01:00:00.000Z');
let directory: string;
let now: number;
const open = (at = directory) => createTokens(openVault(at), () => now);
beforeEach(() => {
  directory = join(fresh(), 'vault');
  now = START;
});

const json = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (): number => Math.floor(now / 1_000);
const claims = () => ({ sub: ACCOUNT, iss: 'hongzhang', aud: 'hongzhang-api', jti: 'jti-1', iat: seconds(), exp: seconds() + 900 });
/** The very key of this vault, for tokens that are signed well and say something wrong. */
const ownKey = () => {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const seed = openVault(directory).serviceKey('tokens');
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
};
const signed = (payload: object, key = ownKey(), alg = 'EdDSA'): Promise<string> =>
  new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(key);

describe('tokens', () => {
  it('carry the account and nothing else, for a quarter of an hour', async () => {
    const tokens = open();
    const token = await tokens.issue(ACCOUNT);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA' });
    const { jti, ...payload } = decodeJwt(token);
    expect(payload).toEqual({ sub: ACCOUNT, iss: 'hongzhang', aud: 'hongzhang-api', iat: seconds(), exp: seconds() + 900 });
    expect(TOKEN_LIFETIME).toBe(900);
    expect(await tokens.verify(token)).toEqual({ ok: true, account: ACCOUNT, jti, expiresAt: seconds() + 900 });
  });

  it('hold after a restart', async () => {
    expect(await open().verify(await open().issue(ACCOUNT))).toMatchObject({ ok: true, account: ACCOUNT });
  });

  it.each([true, false])('end with their second, seen before or not (%s)', async (seenBefore) => {
    const tokens = open();
    const token = await tokens.issue(ACCOUNT);
    now = START + 899_999;
    if (seenBefore) expect(await tokens.verify(token)).toMatchObject({ ok: true });
    now = START + 900_000;
    expect(await tokens.verify(token)).toEqual({ ok: false, reason: 'expired' });
    expect(await open().verify(token)).toEqual({ ok: false, reason: 'expired' });
  });

  it('are forged where this vault did not sign them just so', async () => {
    const tokens = open();
    const token = await tokens.issue(ACCOUNT);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const elsewhere = await open(join(fresh(), 'vault')).issue(ACCOUNT);
    const spki = createPublicKey(ownKey()).export({ format: 'pem', type: 'spki' });
    const hmac = `${json({ alg: 'HS256' })}.${json(claims())}`;
    const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const forgeries = {
      'of another vault': elsewhere,
      'with another payload': `${header}.${json({ ...claims(), sub: 'account-2' })}.${signature}`,
      'alg none': `${json({ alg: 'none' })}.${payload}.`,
      'alg none, signed': `${json({ alg: 'none' })}.${payload}.${signature}`,
      'HMAC under the public key': `${hmac}.${createHmac('sha256', spki).update(hmac).digest('base64url')}`,
      'of another algorithm': await signed(claims(), rsa, 'RS256'),
      'of another issuer': await signed({ ...claims(), iss: 'somebody' }),
      'for another audience': await signed({ ...claims(), aud: 'somebody' }),
      'without an id': await signed({ ...claims(), jti: undefined }),
      'without an account': await signed({ ...claims(), sub: undefined }),
      'without an end': await signed({ ...claims(), exp: undefined }),
    };
    for (const [what, forgery] of Object.entries(forgeries))
      expect(await tokens.verify(forgery), what).toEqual({ ok: false, reason: 'forged' });
    expect(await tokens.verify(await signed(claims()))).toMatchObject({ ok: true, jti: 'jti-1' });
  });

  it.each(['', 'x', '..', 'a.b.c', 'not a token at all', `${'a'.repeat(10_000)}.b.c`])(
    'are malformed where they are none: %.20s',
    async (text) => {
      expect(await open().verify(text)).toEqual({ ok: false, reason: 'malformed' });
    },
  );

  it('are signed out for good, one alone, across a restart', async () => {
    const tokens = open();
    const [one, other] = [await tokens.issue(ACCOUNT), await tokens.issue(ACCOUNT)];
    const verified = await tokens.verify(one);
    if (!verified.ok) throw new Error('not verified');
    await tokens.revoke(verified.jti, verified.expiresAt);
    for (const each of [tokens, open()]) {
      expect(await each.verify(one)).toEqual({ ok: false, reason: 'revoked' });
      expect(await each.verify(other)).toMatchObject({ ok: true });
    }
    expect(statSync(join(directory, 'revoked-tokens')).mode & 0o777).toBe(0o600);
  });

  it('that were signed out are forgotten once they would have ended', async () => {
    await open().revoke('jti-1', seconds() + 900);
    now += 900_000;
    await open().verify(await signed(claims()));
    expect(readFileSync(join(directory, 'revoked-tokens'), 'utf8')).toBe('');
  });
});
