import { createPrivateKey, createPublicKey, hash, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { asId, type AccountId } from '../domain/ids.ts';
import type { Vault } from './vault/vault.ts';

export type VerifiedToken =
  | { readonly ok: true; readonly account: AccountId; readonly jti: string; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: 'expired' | 'forged' | 'malformed' | 'revoked' };

/** Seconds an access token lives (decision 21). */
export const TOKEN_LIFETIME = 900;
const ISSUER = 'hongzhang';
const AUDIENCE = 'hongzhang-api';
/** Verified tokens remembered until they expire: checking a signature costs more than the rest of a request. */
const REMEMBERED = 20_000;

/** How long the list of signed-out tokens is good. Milliseconds. */
const REVOKED_FRESH = 900;

/** PKCS #8 of an Ed25519 private key is this and the 32 bytes of the seed (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

type Valid = Extract<VerifiedToken, { ok: true }>;

/**
 * The embedded issuer: EdDSA tokens that carry the account and nothing else. Always the wall clock, never the service's,
 * so that a simulated day lends nobody a longer session.
 */
export const createTokens = (vault: Vault, wallClock: () => number = Date.now) => {
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, vault.serviceKey('tokens')]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const remembered = new Map<string, Valid>();
  const seconds = (): number => Math.floor(wallClock() / 1_000);

  let revoked: { readonly tokens: Promise<ReadonlyMap<string, number>>; readonly readAt: number } | undefined;
  /** What anybody signed out, here or on another node, is known within the second. */
  const revokedTokens = (): Promise<ReadonlyMap<string, number>> => {
    if (revoked !== undefined && Math.abs(wallClock() - revoked.readAt) < REVOKED_FRESH) return revoked.tokens;
    const reading = { tokens: vault.revokedTokens(seconds()), readAt: wallClock() };
    reading.tokens.catch(() => { if (revoked === reading) revoked = undefined; }); // prettier-ignore
    revoked = reading;
    return reading.tokens;
  };

  const issue = async (account: AccountId): Promise<string> =>
    new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject(account)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setJti(randomUUID())
      .setIssuedAt(seconds())
      .setExpirationTime(seconds() + TOKEN_LIFETIME)
      .sign(privateKey);

  const standing = async (token: Valid): Promise<VerifiedToken> => {
    if (token.expiresAt <= seconds()) return { ok: false, reason: 'expired' };
    return (await revokedTokens()).has(token.jti) ? { ok: false, reason: 'revoked' } : token;
  };

  const check = async (token: string): Promise<VerifiedToken> => {
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: ['EdDSA'],
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: new Date(wallClock()),
        requiredClaims: ['sub', 'jti', 'exp'],
      });
      return { ok: true, account: asId<AccountId>(payload.sub ?? ''), jti: payload.jti ?? '', expiresAt: payload.exp ?? 0 };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { ok: false, reason: 'expired' };
      const forged = error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWTClaimValidationFailed;
      return { ok: false, reason: forged || error instanceof errors.JOSEAlgNotAllowed ? 'forged' : 'malformed' };
    }
  };

  const verify = async (token: string): Promise<VerifiedToken> => {
    const key = hash('sha256', token, 'base64');
    const known = remembered.get(key);
    if (known !== undefined) return standing(known);
    const verified = await check(token);
    if (!verified.ok) return verified;
    remembered.set(key, verified);
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    return standing(verified);
  };

  return {
    issue,
    verify,
    /** Signs a token out until it would have expired anyway; survives a restart. */
    revoke: async (jti: string, expiresAt: number): Promise<void> => {
      await vault.revokeToken(jti, expiresAt);
      revoked = undefined;
    },
  };
};
export type Tokens = ReturnType<typeof createTokens>;
