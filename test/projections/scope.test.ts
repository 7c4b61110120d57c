import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/domain/relation.ts';
import { EVERYTHING, NOTHING } from '../../src/projections/filter.ts';
import { scopeFilter } from '../../src/projections/scope.ts';

const related = (relations: readonly string[]): Scope =>
  ({ sees: 'related', account: 'account-1', bodies: ['organization-1', 'merged-1'], relations }) as unknown as Scope;

describe('scopeFilter', () => {
  it('lets everything through for those who see everything', () => {
    expect(scopeFilter({ sees: 'everything' } as Scope)).toBe(EVERYTHING);
  });

  it('asks for the organization, what was merged into it, the account, or a listed entry, whichever holds', () => {
    expect(scopeFilter(related(['own', 'self', 'listed']))).toEqual({
      any: [
        { field: 'own', is: 'eq', value: 'organization-1' },
        { field: 'own', is: 'eq', value: 'merged-1' },
        { field: 'self', is: 'eq', value: 'account-1' },
        { field: 'listed', is: 'eq', value: true },
      ],
    });
  });

  it('shows nothing to those who stand in no relation', () => {
    expect(scopeFilter(related([]))).toEqual(NOTHING);
  });
});
