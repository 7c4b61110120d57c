import { describe, expect, it } from 'vitest';
import { heldUntil, type RoleTerm } from '../../src/domain/account-state.ts';
import type { Role } from '../../src/domain/events/account.ts';

const day = (month: number): string => `2026-0${String(month)}-01T00:00:00.000Z`;
const term = (from: number, until: number | null, role: Role = 'data-chief'): RoleTerm => ({
  role,
  validFrom: day(from),
  validUntil: until === null ? null : day(until),
});
const until = (...terms: readonly RoleTerm[]): string | null => heldUntil(terms, 'data-chief', day(2));

describe('until when a role goes on', () => {
  it('is the end of its term, of all terms that follow each other without a gap, or never', () => {
    expect(until(term(1, 3))).toBe(day(3));
    expect(until(term(3, 5), term(1, 3))).toBe(day(5));
    expect(until(term(4, 5), term(1, 3))).toBe(day(3));
    expect(until(term(1, 4), term(3, 6))).toBe(day(6));
    expect(until(term(1, 3), term(3, null))).toBeNull();
  });

  it('is that very instant where it is not held then, also by the terms of another role', () => {
    expect(until()).toBe(day(2));
    expect(until(term(1, 2))).toBe(day(2));
    expect(until(term(3, null))).toBe(day(2));
    expect(until(term(1, null, 'auditor'))).toBe(day(2));
    expect(until(term(1, 3), term(3, 5, 'auditor'))).toBe(day(3));
  });
});
