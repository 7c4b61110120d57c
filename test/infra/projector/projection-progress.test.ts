import { describe, expect, it } from 'vitest';
import { projectionProgress } from '../../../src/infra/projector/projection-progress.ts';
import type { ProjectionStatus } from '../../../src/infra/projector/projector.ts';

const catalog = (position: number, part: Partial<ProjectionStatus> = {}): ProjectionStatus => ({
  name: 'catalog',
  version: 1,
  active: true,
  position,
  head: 9,
  lag: 9 - position,
  ...part,
});

describe('projection progress', () => {
  it('answers at once for a position that is there', async () => {
    expect(await projectionProgress([catalog(5)]).waitFor('catalog', 5, 60_000)).toBe(true);
  });

  it('waits until the position is reported', async () => {
    const progress = projectionProgress([catalog(5)]);
    const waiting = Promise.all([progress.waitFor('catalog', 6, 60_000), progress.waitFor('catalog', 8, 60_000)]);
    progress.report([catalog(6)]);
    progress.report([catalog(8)]);
    expect(await waiting).toEqual([true, true]);
    expect(progress.status()).toEqual([catalog(8)]);
  });

  it('gives up after the time allowed', async () => {
    expect(await projectionProgress([catalog(5)]).waitFor('catalog', 6, 5)).toBe(false);
  });

  it('waits for the version that queries read', async () => {
    const progress = projectionProgress([catalog(5), catalog(9, { version: 2, active: false })]);
    const waiting = progress.waitFor('catalog', 9, 60_000);
    progress.report([catalog(6, { active: false }), catalog(9, { version: 2 })]);
    expect(await waiting).toBe(true);
  });

  it('does not wait for a projection that has stopped, or that is not there', async () => {
    const progress = projectionProgress([catalog(5)]);
    const waiting = progress.waitFor('catalog', 6, 60_000);
    progress.fail('disk full');
    expect(await waiting).toBe(false);
    expect(await progress.waitFor('catalog', 6, 60_000)).toBe(false);
    expect(await progress.waitFor('catalog', 5, 60_000)).toBe(true);
    expect(await progress.waitFor('nothing', 0, 60_000)).toBe(false);
    expect(progress.status()).toEqual([catalog(5, { stopped: { position: 5, eventId: null, error: 'disk full' } })]);
  });
});
