import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** scrypt's cost: N, r, p. About 80 ms and 32 MiB a try. */
export type PasswordCost = { readonly N: number; readonly r: number; readonly p: number };
export const STRONG: PasswordCost = { N: 32_768, r: 8, p: 1 };

const KEY_BYTES = 32;
const derive = (password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> => {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
};

/** The stored form of a password: cost, salt and derived key. */
export const hashPassword = async (password: string, cost: PasswordCost): Promise<string> => {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return JSON.stringify({ scrypt: cost, salt: salt.toString('base64'), key: key.toString('base64') });
};

/** Whether a password fits a stored form, in constant time. */
export const fitsPassword = async (password: string, stored: string): Promise<boolean> => {
  const { scrypt: cost, salt, key } = JSON.parse(stored) as { scrypt: PasswordCost; salt: string; key: string };
  const expected = Buffer.from(key, 'base64');
  const derived = await derive(password, Buffer.from(salt, 'base64'), cost);
  return derived.length === expected.length && timingSafeEqual(derived, expected);
};
