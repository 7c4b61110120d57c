import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../src/domain/command-port.ts';
import { StoreUnavailable, type EventStore } from '../../src/domain/event-store.ts';
import { fileBookmark, type Bookmark } from '../../src/infra/bookmark.ts';
import { createReactorLoop } from '../../src/infra/reactor-loop.ts';
import { envelopeOf, uuidOf } from '../support/envelopes.ts';
import { dyingAt, openLedger, registrationOf, requestOf, type Ledger } from '../support/ledger.ts';
import { area, changeRequested, inCatalog, RESOURCE } from '../support/resources.ts';

const DAY = { effectiveOn: '2026-03-02', document: null };
let ledger: Ledger;
let folder: string;
let from: string;
let into: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hongzhang-reactor-'));
  ledger = await openLedger();
  const register = async (name: string): Promise<string> => {
    const data = registrationOf(name);
    const { result } = await ledger.start().handle(requestOf(name, { type: 'RegisterOrganization', data, creates: true }));
    return result.id;
  };
  [from, into] = [await register('南昌市水利局'), await register('南昌市水务局')];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const merge = (): CommandRequest =>
  requestOf('merge', { id: from, type: 'MergeOrganization', data: { organization: from, into, ...DAY } });
const close = (id: string): CommandRequest =>
  requestOf('close', { id, type: 'CloseOrganization', data: { ...DAY, reason: '撤销' } });
const head = async (): Promise<number> => (await ledger.log.head()).position;
const typesSince = async (position: number): Promise<readonly string[]> => (await ledger.since(position)).map(({ type }) => type);

/** A process that starts: its net runs what another left undone. */
const restart = async (store: EventStore = ledger.log) => {
  const process = ledger.start(store);
  const path = join(folder, 'reactor.json');
  const loop = createReactorLoop({ store, reactor: process.reactor, bookmark: fileBookmark(path) });
  await loop.catchUp();
  return { ...process, loop, saved: () => JSON.parse(readFileSync(path, 'utf8')) as { logId: string; position: number } };
};

describe('a reaction', () => {
  it('runs before the command that caused it answers', async () => {
    const before = await head();
    const result = await ledger.start().reactor.execute(merge());
    expect(result).toMatchObject({ id: from, events: ['OrganizationMerged'], position: before + 1, highest: before + 2 });
    const [cause, effect] = await ledger.since(before);
    expect(effect).toMatchObject({
      type: 'OrganizationAbsorbed',
      stream: `organization-${into}`,
      actor: 'system:absorb-merged',
      causationId: cause?.id,
      correlationId: cause?.correlationId,
      data: { from, effectiveOn: '2026-03-02' },
    });
  });

  it('does nothing more when its cause is repeated', async () => {
    const { reactor } = ledger.start();
    await reactor.execute(merge());
    const after = await head();
    expect(await reactor.execute(merge())).toMatchObject({ replayed: true, highest: after });
    expect(await head()).toBe(after);
  });

  it.each([
    [1, 'after', 'between cause and effect'],
    [2, 'before', 'before the effect was durable'],
    [2, 'after', 'after the effect, before its answer'],
  ] as const)('has its effect exactly once, killed %i %s: %s', async (n, moment, _) => {
    const before = await head();
    await expect(ledger.start(dyingAt(ledger.log, n, moment)).reactor.execute(merge())).rejects.toThrow('killed');
    await restart();
    expect(await typesSince(before)).toEqual(['OrganizationMerged', 'OrganizationAbsorbed']);
    await restart();
    rmSync(join(folder, 'reactor.json'));
    await restart();
    await ledger.start().reactor.execute(merge());
    expect(await typesSince(before)).toEqual(['OrganizationMerged', 'OrganizationAbsorbed']);
  });

  it('has its effect once in processes that run it at the same time', async () => {
    await ledger.start().handle(merge());
    const before = await head();
    await Promise.all([1, 2, 3].map(async () => ledger.start().reactor.follow(await ledger.since(-1))));
    expect(await typesSince(before)).toEqual(['OrganizationAbsorbed']);
  });

  it('that a rule refuses is recorded, once, with its cause and the code, and is told', async () => {
    const { handle } = ledger.start();
    const [cause] = (await handle(merge())).recorded;
    await handle(close(into));
    const before = await head();
    const { refused } = await restart();
    expect(refused).toEqual([['absorb-merged', cause?.id, 'organization.closed']]);
    const [event, ...others] = await ledger.since(before);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: 'ReactionRefused',
      actor: 'system:absorb-merged',
      causationId: cause?.id,
      data: {
        reaction: 'system:absorb-merged',
        cause: cause?.id,
        code: 'organization.closed',
        detail: '{"status":"closed"}',
      },
    });
    expect(event?.stream).toBe(`reaction-${String(event?.commandId)}`);
    rmSync(join(folder, 'reactor.json'));
    await restart();
    expect(await ledger.start().reactor.execute(merge())).toMatchObject({ replayed: true, highest: before + 1 });
    expect(await head()).toBe(before + 1);
  });

  it('whose refusal cannot be recorded is tried again', async () => {
    const { handle } = ledger.start();
    await handle(merge());
    await handle(close(into));
    const before = await head();
    await expect(restart(dyingAt(ledger.log, 1, 'before'))).rejects.toThrow('killed');
    await restart();
    expect(await typesSince(before)).toEqual(['ReactionRefused']);
  });
});

describe('the net under the reactions', () => {
  it('goes on from where it was, not from the beginning', async () => {
    await ledger.start().handle(merge());
    const { saved, loop } = await restart();
    expect(saved()).toEqual({ logId: (await ledger.log.head()).logId, position: (await head()) - 1 });
    await loop.catchUp();
    expect(saved().position).toBe(await head());
    const asked: (number | null)[] = [];
    const watched: EventStore = { ...ledger.log, readAll: (options) => { asked.push(options.after); return ledger.log.readAll(options); } }; // prettier-ignore
    await restart(watched);
    expect(asked).toEqual([]);
    await ledger.start().handle(close(into));
    await restart(watched);
    expect(asked).toEqual([(await head()) - 1]);
  });

  it('notes on the way how far it has come, and goes on from there after it was stopped', async () => {
    await ledger.start().handle(merge());
    const done = await head();
    await ledger.start().handle(close(into));
    const bookmark = fileBookmark(join(folder, 'reactor.json'));
    const stopping: Bookmark = {
      ...bookmark,
      save: async (mark) => {
        await bookmark.save(mark);
        throw new Error('killed');
      },
    };
    const { reactor } = ledger.start();
    const loop = createReactorLoop({ store: ledger.log, reactor, bookmark: stopping, savedEvery: 1 });
    await expect(loop.catchUp()).rejects.toThrow('killed');
    const first = (await bookmark.load())?.position;
    expect(first).toBeLessThanOrEqual(done);
    const asked: (number | null)[] = [];
    const watched: EventStore = { ...ledger.log, readAll: (options) => { asked.push(options.after); return ledger.log.readAll(options); } }; // prettier-ignore
    await restart(watched);
    expect(asked).toEqual([first]);
  });

  it.each([
    ['of another log', () => ({ logId: uuidOf('another'), position: 3 })],
    ['beyond the end of the log', (logId: string) => ({ logId, position: 9_999 })],
  ])('does not trust a checkpoint %s', async (_, checkpoint) => {
    await ledger.start().handle(merge());
    const before = await head();
    writeFileSync(join(folder, 'reactor.json'), JSON.stringify(checkpoint((await ledger.log.head()).logId)));
    await restart();
    expect(await typesSince(before)).toEqual(['OrganizationAbsorbed']);
  });

  it('stays where it was while the log takes nothing, and goes on when it does', async () => {
    await ledger.start().handle(merge());
    const before = await head();
    const full: EventStore = { ...ledger.log, append: () => Promise.reject(new StoreUnavailable('disk full')) };
    await expect(restart(full)).rejects.toBeInstanceOf(StoreUnavailable);
    expect((await restart()).refused).toEqual([]);
    expect(await typesSince(before)).toEqual(['OrganizationAbsorbed']);
  });
});

describe('an instant that has come', () => {
  const AT = '2026-03-09T16:00:00.000Z';
  const DUE = { kind: 'change-effective', subject: RESOURCE, change: 'change-1', at: AT } as const;
  beforeEach(async () => {
    const stream = `resource-${RESOURCE}`;
    const past = [
      ...inCatalog(),
      changeRequested({ recipients: [], ...area }),
      { type: 'ResourceChangeApproved', data: { change: 'change-1', comment: null, takesEffectAt: AT } },
    ] as const;
    const envelopes = past.map(({ type, data }, revision) => envelopeOf(stream, revision, { type, data }));
    await ledger.log.append(stream, envelopes, 'no_stream');
  });
  const state = async () => (await ledger.log.streamSince(`resource-${RESOURCE}`, -1)).at(-1);

  it('takes effect once, however often it is looked at', async () => {
    ledger.clock.set('2026-03-10T00:00:00.000Z');
    const { reactor } = ledger.start();
    const position = await reactor.due(DUE);
    expect(await state()).toMatchObject({
      type: 'ResourceChangeTookEffect',
      at: '2026-03-10T00:00:00.000Z',
      actor: 'system:take-effect',
      position,
      data: { change: 'change-1', instant: AT },
    });
    await reactor.due(DUE);
    await ledger.start().reactor.due(DUE);
    expect(await head()).toBe(position);
  });

  it('has its effect once though the process dies before it answers', async () => {
    ledger.clock.set(AT);
    const before = await head();
    for (const moment of ['before', 'after'] as const)
      await expect(ledger.start(dyingAt(ledger.log, 1, moment)).reactor.due(DUE)).rejects.toThrow('killed');
    await ledger.start().reactor.due(DUE);
    expect(await typesSince(before)).toEqual(['ResourceChangeTookEffect']);
  });

  it('is checked again by the rule: an instant that has not come is refused and recorded', async () => {
    const before = await head();
    const { reactor, refused } = ledger.start();
    await reactor.due(DUE);
    expect(refused.map(([reaction, , code]) => [reaction, code])).toEqual([['take-effect', 'resource.change-not-due']]);
    expect(await typesSince(before)).toEqual(['ReactionRefused']);
  });
});
