import { afterEach, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';

/** Failures of one address after which it has to wait. */
const PER_ADDRESS = 50;

let city: City;
afterEach(() => city.close());

const tries = async (environment: Readonly<Record<string, string>>): Promise<(address: string, n: number) => Promise<number>> => {
  city = await openCity(undefined, environment);
  return async (address, n) => {
    const body = JSON.stringify({ account: `nobody-${String(n)}`, password: 'a password of nobody' });
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    return (await city.ask('POST', '/api/v1/session', headers, body)).status;
  };
};

describe('a client behind a proxy', () => {
  it('is the one that a trusted proxy names: who tries too often makes nobody else wait', async () => {
    const attempt = await tries({ TRUSTED_PROXIES: 'loopback' });
    // What the client itself wrote into the header stands before what the proxy adds, and is not believed.
    for (let n = 0; n < PER_ADDRESS; n += 1) expect(await attempt(`198.51.100.${String(n)}, 203.0.113.7`, n)).toBe(401);
    expect(await attempt('203.0.113.7', PER_ADDRESS)).toBe(429);
    expect(await attempt('203.0.113.8', PER_ADDRESS)).toBe(401);
  });

  it.each([{}, { TRUSTED_PROXIES: '10.0.0.0/8' }])('is whoever is at the other end otherwise (%j)', async (environment) => {
    const attempt = await tries(environment);
    for (let n = 0; n < PER_ADDRESS; n += 1) expect(await attempt(`203.0.113.${String(n)}`, n)).toBe(401);
    expect(await attempt('203.0.113.250', PER_ADDRESS)).toBe(429);
  });
});
