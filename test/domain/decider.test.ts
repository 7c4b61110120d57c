import { describe, expect, it } from 'vitest';
import { fold, setFact, streamFact, type Fold } from '../../src/domain/decider.ts';
import { DomainError, ensure } from '../../src/domain/domain-error.ts';
import type { Event } from '../../src/domain/event.ts';
import { fault } from '../../src/domain/fault.ts';
import { asId, type GrantId } from '../../src/domain/ids.ts';
import { history } from '../support/events.ts';
import { aGrant } from '../support/offices.ts';

const types: Fold<readonly string[], Event> = {
  category: 'types',
  initialState: () => [],
  evolve: (state, event) => [...state, event.type],
};

describe('a rule', () => {
  it('that holds is silent', () => {
    expect(() => { ensure(true, 'area.reason', { x: 1 }); }).not.toThrow(); // prettier-ignore
  });

  it.each([[undefined], [{ status: 'draft', items: ['a'] }]])('that is broken says its code and %j', (details) => {
    let error: unknown;
    try {
      ensure(false, 'area.reason', details);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(DomainError);
    const { name, message, code, details: told } = error as DomainError;
    expect({ name, message, code, told }).toStrictEqual({
      name: 'DomainError',
      message: 'area.reason',
      code: 'area.reason',
      told: details ?? {},
    });
  });

  it('of a document names the place, or is silent', () => {
    expect(fault(true, 'rules.2.value', 'x')).toStrictEqual([{ path: 'rules.2.value', message: 'x' }]);
    expect(fault(false, 'rules.2.value', 'x')).toStrictEqual([]);
  });
});

describe('a fold', () => {
  it('goes through a history from the start, in its order', () => {
    const log = history();
    log.recorded('grant-1', 'GrantSuspended', { ...aGrant, reason: 'a' });
    log.recorded('grant-1', 'GrantResumed', { ...aGrant, reason: 'b' });
    expect(fold(types, log.events)).toStrictEqual(['GrantSuspended', 'GrantResumed']);
    expect(fold(types, [])).toStrictEqual([]);
  });
});

describe('a fact', () => {
  it('is the fold of a stream, or a set', () => {
    expect(streamFact(types, 'a')).toStrictEqual({ fold: types, id: 'a' });
    expect(setFact('resource-users', 'resource-1')).toStrictEqual({ set: 'resource-users', key: 'resource-1' });
  });
});

describe('an id', () => {
  it('is the text that came in', () => {
    expect(asId<GrantId>('grant-1')).toBe('grant-1');
  });
});
