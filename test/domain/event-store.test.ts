import { describe, expect, it } from 'vitest';
import { RevisionConflict, StoreUnavailable } from '../../src/domain/event-store.ts';

describe('what a store says when it cannot append', () => {
  it('is that another writer came first, with what it found', () => {
    const lost = new RevisionConflict('resource-1', 'no_stream', 3);
    const { name, message, stream, expected, actual } = lost;
    expect({ name, message, stream, expected, actual }).toStrictEqual({
      name: 'RevisionConflict',
      message: 'resource-1: expected no_stream, found 3',
      stream: 'resource-1',
      expected: 'no_stream',
      actual: 3,
    });
  });

  it('is that it cannot take one now, with the cause', () => {
    const cause = new Error('ENOSPC');
    const { name, message, cause: told } = new StoreUnavailable('the disk is full', { cause });
    expect([name, message, told]).toStrictEqual(['StoreUnavailable', 'the disk is full', cause]);
  });
});
