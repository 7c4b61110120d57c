import { describe, expect, it } from 'vitest';
import { faultOf, isLookUpFailure } from '../../../src/infra/esdb/fault.ts';

/** Every error of reference A4, as it comes out of the client: by `type`, by gRPC `code`, or neither. */
describe('an error of the client of EventStoreDB', () => {
  it.each([
    ['a lost race, without message or code', { type: 'wrong-expected-version', message: '', actualVersion: 3n }, 'conflict', 3],
    ['a lost race for a new stream', { type: 'wrong-expected-version', message: '', actualVersion: 'no_stream' }, 'conflict', -1],
    ['a stream that is not there', { type: 'stream-not-found', message: '' }, 'absent', -1],
    ['a stream that was deleted', { type: 'stream-deleted', code: 9 }, 'refused', -1],
    ['a node that does not lead', { type: 'not-leader', code: 5 }, 'not-written', -1],
    ['a channel that is down', { type: 'unavailable', code: 14 }, 'unknown', -1],
    ['a call that the server gave up', { type: 'cancelled', code: 1 }, 'unknown', -1],
    ['a deadline', { type: 'deadline-exceeded', code: 4 }, 'unknown', -1],
    ['a deadline that a batch reports', { type: 'deadline-exceeded' }, 'unknown', -1],
    ['a time-out while writing, or a consumer that was too slow', { type: 'timeout', code: 10 }, 'unknown', -1],
    ['no rights', { type: 'access-denied', code: 7 }, 'refused', -1],
    ['an append that is too large', { type: 'maximum-append-size-exceeded', code: 3 }, 'refused', -1],
    ['an argument that is wrong', { type: 'invalid-argument' }, 'refused', -1],
    ['metadata that is missing', { type: 'missing-required-metadata-property', code: 3 }, 'refused', -1],
    ['what only newer servers do', { type: 'unsupported' }, 'refused', -1],
    ['a server that is busy', { type: 'unknown', message: 'Could not recognize …' }, 'unknown', -1],
    ['a raw gRPC error of a dead server', { code: 14, details: 'No connection established' }, 'unknown', -1],
    ['a raw gRPC error without credentials', { code: 16 }, 'refused', -1],
    ['a failed discovery', new Error('Failed to discover after 10 attempts.'), 'unknown', -1],
    ['nothing at all', undefined, 'unknown', -1],
  ])('%s', (_, error, kind, actual) => {
    expect(faultOf(error)).toMatchObject({ kind, actual });
  });

  it('is one of the look-up of features where it is a raw gRPC error', () => {
    expect(isLookUpFailure(Object.assign(new Error(), { code: 13 }))).toBe(true);
    expect(isLookUpFailure(Object.assign(new Error(), { code: 14, type: 'unavailable' }))).toBe(false);
    expect(isLookUpFailure(new Error('Failed to discover'))).toBe(false);
  });
});
