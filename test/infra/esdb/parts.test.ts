import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { budgetEnd, withBudget } from '../../../src/infra/command-budget.ts';
import { CATEGORIES } from '../../../src/infra/esdb/categories.ts';
import { evidenceOf } from '../../../src/infra/esdb/evidence.ts';
import { LedgerBroken } from '../../../src/infra/esdb/fault.ts';
import { gathered } from '../../../src/infra/esdb/gathered.ts';
import { createIdIndex } from '../../../src/infra/esdb/id-index.ts';
import { linkOf } from '../../../src/infra/esdb/links.ts';
import { envelopeOf, uuidOf } from '../../support/envelopes.ts';

describe('the categories that are sealed', () => {
  it('are those of the domain', () => {
    const domain = new URL('../../../src/domain/', import.meta.url);
    const sources = readdirSync(domain).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(new URL(name, domain), 'utf8')); // prettier-ignore
    const found = sources.flatMap((source) =>
      [...source.matchAll(/^ {2}category: '([a-z]+)',$/gm)].map(([, category]) => category),
    );
    expect([...new Set(found)].sort()).toEqual([...CATEGORIES]);
  });
});

describe('the index of ids', () => {
  it('knows each id and no other, through growth', () => {
    const index = createIdIndex(4);
    for (let n = 0; n < 5_000; n += 1) index.set(uuidOf(`event ${String(n)}`), n);
    for (let n = 0; n < 5_000; n += 1) expect(index.get(uuidOf(`event ${String(n)}`))).toBe(n);
    for (let n = 5_000; n < 6_000; n += 1) expect(index.get(uuidOf(`event ${String(n)}`))).toBeUndefined();
    expect(index.bytes() / 5_000).toBeLessThan(58);
  });

  it('tells apart ids that differ in one digit', () => {
    const index = createIdIndex(4);
    index.set('00000000-0000-4000-8000-000000000000', 0);
    index.set('00000000-0000-4000-8000-000000000001', 1);
    index.set('00000000-0000-4001-8000-000000000000', 2);
    expect(index.get('00000000-0000-4000-8000-000000000000')).toBe(0);
    expect(index.get('00000000-0000-4000-8000-000000000001')).toBe(1);
    expect(index.get('00000000-0000-4001-8000-000000000000')).toBe(2);
    expect(index.get('10000000-0000-4000-8000-000000000000')).toBeUndefined();
  });
});

describe('the evidence in an event', () => {
  const envelope = envelopeOf('login-a', 0);
  const native = { id: envelope.id, stream: 'login-a', revision: 0, type: envelope.type, data: envelope, metadata: undefined };
  it('is its envelope, whatever the order of its members', () => {
    const turned = Object.fromEntries(Object.entries(envelope).reverse());
    expect(evidenceOf({ ...native, data: turned }).leaf).toEqual(evidenceOf(native).leaf);
  });
  it.each([
    ['another id', { id: uuidOf('other') }],
    ['another stream', { stream: 'login-b' }],
    ['another revision', { revision: 1 }],
    ['another type', { type: 'CodeDrawn' }],
    ['bytes', { data: new Uint8Array([1]) }],
    ['text that was no JSON', { data: '{' }],
    ['a list', { data: [] }],
    ['nothing', { data: null }],
    ['what has no canonical form', { data: { ...envelope, data: { n: 2 ** 60 } } }],
  ])('is refused with %s', (_, part) => {
    expect(() => evidenceOf({ ...native, ...part })).toThrow(LedgerBroken);
  });
});

describe('a link', () => {
  const metadata = { id: 'i', leaf: 'l', node: 'n', at: 'a', commit: '18446744073709551614', prepare: '2' };
  const native = { id: uuidOf('link'), stream: 'ledger', revision: 7, type: '$>', data: Buffer.from('3@x.login-a@b'), metadata };
  const strip = (stream: string): string => stream.slice(2);
  it('is read as the position of an event', () => {
    expect(linkOf(native, strip)).toEqual({ position: 7, stream: 'login-a@b', revision: 3, ...metadata });
  });
  it.each([
    ['another type', { type: 'Happened' }],
    ['JSON', { data: { revision: 3 } }],
    ['no target', { data: Buffer.from('login-a') }],
    ['no metadata', { metadata: undefined }],
    ['a position that is a number', { metadata: { ...metadata, commit: 1 } }],
  ])('is refused with %s', (_, part) => {
    expect(() => linkOf({ ...native, ...part }, strip)).toThrow(LedgerBroken);
  });
});

describe('what is gathered', () => {
  it('comes in order, in batches of what waited, and no more is asked for than fits', async () => {
    let asked = 0;
    async function* source(): AsyncGenerator<number> {
      for (let n = 0; n < 100; n += 1) {
        asked += 1;
        yield await Promise.resolve(n);
      }
    }
    const all: number[] = [];
    for await (const batch of gathered(source(), 8, () => undefined)) {
      expect(batch.length).toBeLessThanOrEqual(8);
      all.push(...batch);
      await new Promise((resolve) => setImmediate(resolve));
      expect(asked).toBeLessThanOrEqual(all.length + 9);
    }
    expect(all).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('gives what came before an error, then the error', async () => {
    async function* source(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error('broke off');
    }
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of gathered(source(), 8, () => undefined)) seen.push(...batch);
    })();
    await expect(reading).rejects.toThrow('broke off');
    expect(seen).toEqual([1]);
  });
});

describe('the budget of a command', () => {
  it('ends when it ends, whatever an operation would take; without one, each has its own', async () => {
    const [outside, inside] = [budgetEnd(1_000), withBudget(100, () => budgetEnd(1_000))];
    expect(outside - inside).toBeGreaterThan(800);
    const later = await withBudget(100, async () => {
      const first = budgetEnd(1_000);
      await new Promise((resolve) => setImmediate(resolve));
      return [first, budgetEnd(1_000)];
    });
    expect(later[0]).toBe(later[1]);
  });
});
