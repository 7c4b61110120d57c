import { describe, expect, it } from 'vitest';
import type { AccountActor, Actor } from '../../src/domain/actor.ts';
import { ROLES, type Role } from '../../src/domain/events/account.ts';
import { DATA_OPERATIONS } from '../../src/domain/events/grant.ts';
import { asId, type AccountId, type OrganizationId } from '../../src/domain/ids.ts';
import { PERMISSIONS, type Operation } from '../../src/domain/permission-table.ts';
import { allows, isPublic, permit, scopeOf, scopeOfOne } from '../../src/domain/permissions.ts';
import { RELATIONS, type Relation } from '../../src/domain/relation.ts';
import { permissionDocument } from '../../src/http/permission-document.ts';
import { readPermissions, type ReadPermission } from '../support/permission-reading.ts';
import { readFileSync } from 'node:fs';

const OPERATIONS = Object.keys(PERMISSIONS) as Operation[];
const read = new Map(readPermissions().map((row) => [row.operation, row]));
const rowOf = (operation: string): ReadPermission => {
  const row = read.get(operation);
  if (row === undefined) throw new Error(`docs/permissions.md has no row ${operation}`);
  return row;
};

const actor = (...roles: readonly Role[]): AccountActor => ({
  account: asId<AccountId>('a-1'),
  kind: 'person',
  organization: asId<OrganizationId>('o-1'),
  absorbed: [asId<OrganizationId>('o-0')],
  level: 'city',
  divisionCode: '360100',
  functions: [],
  operates: [],
  roles,
  assurance: 'high',
  isChief: false,
  delegations: [],
});

/** The cells that an actor with these roles has, as the document says. */
const cellsOf = (operation: string, roles: readonly Role[]): readonly string[] => {
  const { who } = rowOf(operation);
  return ['public', 'account', ...roles].flatMap((column) => who[column] ?? []);
};
const mayNaively = (operation: string, roles: readonly Role[], relations: readonly Relation[]): boolean =>
  cellsOf(operation, roles).some((cell) => cell === 'any' || (relations as readonly string[]).includes(cell));

const WHO: readonly (readonly Role[])[] = [[], ...ROLES.map((role) => [role]), ['provider-officer', 'assessor'], ['applicant-officer', 'provider-officer'], [...ROLES]]; // prettier-ignore
const HOW: readonly (readonly Relation[])[] = [[], ...RELATIONS.map((relation) => [relation]), ['provider', 'listed'], ['own', 'self'], [...RELATIONS]]; // prettier-ignore
const CASES = OPERATIONS.flatMap((operation) => WHO.flatMap((roles) => HOW.map((relations) => ({ operation, roles, relations }))));

const outcomeOf = (operation: Operation, by: Actor, relations: readonly Relation[]): unknown => {
  try {
    permit(operation, by, relations);
    return 'may';
  } catch (error) {
    const { code, details } = error as { code: string; details: unknown };
    return { code, details };
  }
};

describe('docs/permissions.md', () => {
  it('is what the table says; `npm run docs` writes it', () => {
    expect(readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8')).toBe(permissionDocument());
  });

  it('has a row for every operation and a column for everyone', () => {
    expect([...read.keys()]).toEqual(OPERATIONS);
    expect(Object.keys(rowOf('read-me').who).sort()).toEqual(['account', 'public', ...ROLES].sort());
  });

  it('names the route, what is recorded and who sees the thing as the table does', () => {
    const told = OPERATIONS.map((operation) => {
      const { route, recorded, seenBy } = rowOf(operation);
      return { operation, route, recorded, seenBy };
    });
    expect(told).toEqual(OPERATIONS.map((operation) => {
      const { route, recorded, seenBy } = PERMISSIONS[operation];
      return { operation, route, recorded, seenBy };
    })); // prettier-ignore
  });

  it('leaves out no cell and adds none', () => {
    const told = OPERATIONS.map((operation) =>
      Object.entries(rowOf(operation).who)
        .flatMap(([who, relations]) => relations.map((relation) => `${who}@${relation}`))
        .sort(),
    );
    expect(told).toEqual(OPERATIONS.map((operation) => [...PERMISSIONS[operation].allow].sort()));
  });
});

describe('the permission table', () => {
  it('gives every route one row and every command a record', () => {
    const routes = OPERATIONS.map((operation) => PERMISSIONS[operation].route);
    expect(new Set(routes).size).toBe(routes.length);
    const unrecorded = OPERATIONS.filter((operation) => !PERMISSIONS[operation].recorded).map(
      (operation) => PERMISSIONS[operation].route,
    );
    expect(unrecorded.filter((route) => !route.startsWith('GET '))).toEqual([]);
  });

  it('records the reads that matter (R24.2)', () => {
    const reads = OPERATIONS.filter(
      (operation) => PERMISSIONS[operation].route.startsWith('GET ') && PERMISSIONS[operation].recorded,
    );
    expect(reads).toEqual(['read-account', 'read-events', 'read-grant-data']);
  });

  it('names operations of R24.2 only', () => {
    const named = OPERATIONS.map((operation) => PERMISSIONS[operation].operation).filter((one) => one !== null);
    expect(named.filter((one) => !DATA_OPERATIONS.includes(one))).toEqual([]);
  });

  it('lets auditors and assessors write nothing but what another role of theirs may', () => {
    const writes = OPERATIONS.filter((operation) => !PERMISSIONS[operation].route.startsWith('GET '));
    expect(writes.filter((operation) => allows(operation, actor('auditor', 'assessor'), RELATIONS))).toEqual([]);
  });

  it('shows administrators no data: neither entries, applications, grants nor what is read through them', () => {
    const data: readonly Operation[] = ['read-applications', 'read-grants', 'read-usage', 'read-grant-data', 'read-events'];
    expect(data.filter((operation) => allows(operation, actor('administrator'), RELATIONS))).toEqual([]);
  });
});

describe('allows', () => {
  it('agrees with the document in every cell: each operation × each role × each relation', () => {
    const wrong = CASES.filter(({ operation, roles, relations }) => allows(operation, actor(...roles), relations) !== mayNaively(operation, roles, relations)); // prettier-ignore
    expect(CASES.length).toBeGreaterThan(5_000);
    expect(wrong).toEqual([]);
  });

  it('lets the rules of the system do everything', () => {
    expect(OPERATIONS.filter((operation) => !allows(operation, { system: 'system:reactions' }, []))).toEqual([]);
  });

  it('says both yes and no', () => {
    expect(allows('reply-to-application', actor('provider-officer'), ['provider'])).toBe(true);
    expect(allows('reply-to-application', actor('provider-officer'), ['applicant'])).toBe(false);
    expect(allows('reply-to-application', actor('applicant-officer'), ['provider'])).toBe(false);
  });
});

describe('permit', () => {
  it('refuses with 404 what may not even be seen and with 403 what may, in every cell', () => {
    const wrong = CASES.flatMap(({ operation, roles, relations }) => {
      const { seenBy } = rowOf(operation);
      const hidden = seenBy !== null && !mayNaively(seenBy, roles, relations);
      const refusal = hidden ? { code: 'thing.not-found', details: {} } : { code: 'permission.denied', details: { operation } };
      const expected = mayNaively(operation, roles, relations) ? 'may' : refusal;
      const outcome = outcomeOf(operation, actor(...roles), relations);
      return JSON.stringify(outcome) === JSON.stringify(expected) ? [] : [{ operation, roles, relations, outcome, expected }];
    });
    expect(wrong).toEqual([]);
  });

  it('denies the reviewer of another department what it may read, and hides a draft from it', () => {
    expect(outcomeOf('revise-resource', actor('provider-officer'), ['listed'])).toEqual({
      code: 'permission.denied',
      details: { operation: 'revise-resource' },
    });
    expect(outcomeOf('revise-resource', actor('provider-officer'), [])).toEqual({ code: 'thing.not-found', details: {} });
    expect(outcomeOf('revise-resource', actor('provider-officer'), ['provider'])).toBe('may');
  });

  it('lets the system pass', () => {
    expect(OPERATIONS.map((operation) => outcomeOf(operation, { system: 'system:init' }, []))).toEqual(OPERATIONS.map(() => 'may'));
  });
});

describe('scopeOf', () => {
  const scopeOrCode = (operation: Operation, roles: readonly Role[]): unknown => {
    try {
      return scopeOf(operation, actor(...roles));
    } catch (error) {
      const { code, details } = error as { code: string; details: unknown };
      return { code, details };
    }
  };
  const naively = (operation: Operation, roles: readonly Role[]): unknown => {
    const cells = cellsOf(operation, roles);
    if (cells.length === 0) return { code: 'permission.denied', details: { operation } };
    if (cells.includes('any')) return { sees: 'everything' };
    return { sees: 'related', account: 'a-1', bodies: ['o-1', 'o-0'], relations: [...new Set(cells)].sort() };
  };
  const sorted = (scope: unknown): unknown => {
    const { relations, ...rest } = scope as { relations?: readonly Relation[] };
    return relations === undefined ? rest : { ...rest, relations: [...relations].sort() };
  };

  it.each(OPERATIONS)('%s: is what the document gives each role and each mixture', (operation) => {
    expect(WHO.map((roles) => sorted(scopeOrCode(operation, roles)))).toEqual(WHO.map((roles) => naively(operation, roles)));
  });

  it('joins the relations of all roles, each once', () => {
    expect(scopeOf('read-usage', actor('applicant-officer', 'data-chief', 'provider-officer'))).toEqual({
      sees: 'related',
      account: 'a-1',
      bodies: ['o-1', 'o-0'],
      relations: ['user', 'provider'],
    });
  });

  it('is everything as soon as one role asks for no relation', () => {
    expect(scopeOf('read-usage', actor('applicant-officer', 'auditor'))).toEqual({ sees: 'everything' });
  });

  it('refuses who has no role that reads it', () => {
    expect(scopeOrCode('read-events', ['administrator'])).toEqual({
      code: 'permission.denied',
      details: { operation: 'read-events' },
    });
  });
});

describe('scopeOfOne', () => {
  it('is that of the list where a role reads it, and hides the thing where none does', () => {
    expect(scopeOfOne('read-usage', actor('auditor'))).toEqual(scopeOf('read-usage', actor('auditor')));
    expect(() => scopeOfOne('read-applications', actor('administrator'))).toThrow('thing.not-found');
  });
});

describe('isPublic', () => {
  it('is said of what the document gives the public, and of nothing else', () => {
    const open = OPERATIONS.filter((operation) => (rowOf(operation).who['public'] ?? []).length > 0);
    expect(OPERATIONS.filter(isPublic)).toEqual(open);
    expect(open).toEqual(['read-working-days']);
  });
});
