import { describe, expect, it } from 'vitest';
import { eq, lte } from '../../src/projections/filter.ts';
import { instants } from '../../src/projections/instants.ts';
import { matches } from '../../src/projections/matches.ts';
import { civilDateOf } from '../../src/domain/time.ts';
import type { Role } from '../../src/domain/events/account.ts';
import { history, type History } from '../support/events.ts';
import { accountId, organizationId } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { expectServed } from '../support/query-plan.ts';

const DAY = '2026-03-01T16:00:00.000Z';
const log = history();
log.recorded('resource-r-1', 'ResourceChangeApproved', { change: 'c-1', comment: null, takesEffectAt: DAY });
log.recorded('resource-r-2', 'ResourceChangeApproved', { change: 'c-2', comment: null, takesEffectAt: DAY });
const provider = organizationId('org-1');
const effect = { provider, change: 'c-1', kind: 'update', instant: DAY, version: 2, entry: null, remounting: null } as const;
log.recorded('resource-r-1', 'ResourceChangeTookEffect', effect);

describe('pending instants (decision 8)', () => {
  it('are approved changes that wait for their day, until it has come', () => {
    expect([...project(instants, log.events.slice(0, 2)).values()]).toEqual([
      { id: 'c-1', due: { kind: 'change-effective', subject: 'r-1', change: 'c-1', at: DAY } },
      { id: 'c-2', due: { kind: 'change-effective', subject: 'r-2', change: 'c-2', at: DAY } },
    ]);
    expect([...project(instants, log.events).keys()]).toEqual(['c-2']);
  });

  it('are mergers that wait for their day, until the absorbing body has taken on', () => {
    const mergers = history();
    const body = { into: organizationId('org-2'), effectiveOn: '2026-03-02', document: null };
    mergers.recorded('organization-org-1', 'OrganizationMerged', body);
    const waiting = { id: 'org-1', due: { kind: 'merger-effective', subject: 'org-1', into: 'org-2', at: DAY } };
    expect([...project(instants, mergers.events).values()]).toEqual([waiting]);
    expect(matches(eq('into', 'org-2'), instants, waiting as never)).toBe(true);
    expectServed(instants, { filter: eq('into', 'org-2'), limit: 50 });
    const taken = { from: provider, effectiveOn: '2026-03-02', absorbed: [], functions: [], operates: [] };
    mergers.recorded('organization-org-2', 'OrganizationAbsorbed', taken);
    expect(project(instants, mergers.events).size).toBe(0);
  });

  it('are closings that wait for their day, and not those that have effect at once', () => {
    const closings = history();
    const closing = (effectiveOn: string) => ({ effectiveOn, document: null, reason: '撤销' });
    const first = closings.recorded('organization-org-1', 'OrganizationClosed', closing('2026-03-02'));
    closings.recorded('organization-org-2', 'OrganizationClosed', closing(civilDateOf(first.at)));
    closings.recorded('organization-org-3', 'OrganizationClosed', closing('2019-12-31'));
    const due = { kind: 'closing-effective', subject: 'org-1', at: DAY };
    expect([...project(instants, closings.events).values()]).toEqual([{ id: 'org-1', due }]);
    closings.recorded('organization-org-1', 'OrganizationClosingTookEffect', { effectiveOn: '2026-03-02' });
    expect(project(instants, closings.events).size).toBe(0);
    assertSplitsAgree(instants, closings.events);
  });

  const chief = accountId('a-1');
  const grant = (of: History, validFrom: string, validUntil: string | null, roles: readonly Role[] = ['data-chief']) =>
    of.recorded('account-a-1', 'RolesGranted', { proposal: null, roles, validFrom, validUntil });
  const file = (of: History) => of.recorded('organization-org-1', 'DataChiefFiled', { account: chief, validFrom: '2026-01-05T01:00:00.000Z', document: null }); // prettier-ignore
  const FIRST = '2026-01-05T00:00:00.000Z';
  const [JUNE, JULY, LATER] = ['2026-06-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'] as const;
  const ends = ({ events }: History) => [...project(instants, events).values()].map(({ due }) => due);
  const ended = (at: string) => ({ kind: 'chief-term-ended', subject: 'org-1', account: 'a-1', at });

  it("are ends of the filed data chiefs' terms, as far as they follow each other (R27.1)", () => {
    const terms = history();
    grant(terms, FIRST, JUNE);
    expect(ends(terms)).toEqual([]);
    file(terms);
    expect(ends(terms)).toEqual([ended(JUNE)]);
    grant(terms, JULY, LATER);
    expect(ends(terms)).toEqual([ended(JUNE)]);
    grant(terms, JUNE, JULY);
    expect(ends(terms)).toEqual([ended(JULY)]);
    grant(terms, JULY, null, ['auditor', 'provider-officer']);
    expect(ends(terms)).toEqual([ended(JULY)]);
    grant(terms, JULY, null);
    expect(ends(terms)).toEqual([]);
    assertSplitsAgree(instants, terms.events);
  });

  it('are those ends no more once the chief has left or the body is to end', () => {
    const begun = (): History => {
      const terms = history();
      grant(terms, FIRST, JUNE, ['data-chief', 'auditor']);
      file(terms);
      return terms;
    };
    const left = begun();
    left.recorded('organization-org-1', 'DataChiefLeft', { account: chief, reason: '调离' });
    expect(ends(left)).toEqual([]);
    grant(left, FIRST, LATER);
    expect(ends(left)).toEqual([]);
    file(left);
    expect(ends(left)).toEqual([ended(LATER)]);
    const closed = begun();
    closed.recorded('organization-org-1', 'OrganizationClosed', { effectiveOn: '2026-03-02', document: null, reason: '撤销' });
    expect(ends(closed).map(({ kind }) => kind)).toEqual(['closing-effective']);
    // Whoever is filed until then leaves with the body, unless the term ends before.
    file(closed);
    expect(ends(closed).map(({ kind }) => kind)).toEqual(['closing-effective']);
    const atOnce = begun();
    atOnce.recorded('organization-org-1', 'OrganizationClosed', { effectiveOn: '2026-01-01', document: null, reason: '撤销' });
    expect(ends(atOnce)).toEqual([]);
    const merged = begun();
    merged.recorded('organization-org-1', 'OrganizationMerged', { into: organizationId('org-2'), effectiveOn: '2026-03-02', document: null }); // prettier-ignore
    expect(ends(merged).map(({ kind }) => kind)).toEqual(['merger-effective']);
    const later = begun();
    later.recorded('organization-org-1', 'OrganizationClosed', { effectiveOn: '2026-12-01', document: null, reason: '撤销' });
    expect(ends(later)).toContainEqual(ended(JUNE));
    later.recorded('organization-org-1', 'OrganizationClosingTookEffect', { effectiveOn: '2026-12-01' });
    expect(ends(later)).toEqual([]);
    const announced = begun();
    announced.recorded('organization-org-1', 'OrganizationMerged', { into: organizationId('org-2'), effectiveOn: '2026-12-01', document: null }); // prettier-ignore
    expect(ends(announced)).toContainEqual(ended(JUNE));
    const taken = { from: provider, effectiveOn: '2026-12-01', absorbed: [], functions: [], operates: [] };
    announced.recorded('organization-org-2', 'OrganizationAbsorbed', taken);
    expect(ends(announced)).toEqual([]);
    const regained = begun();
    regained.recorded('account-a-1', 'RolesRevoked', { organization: organizationId('org-1'), roles: ['data-chief'], reason: 'x' });
    grant(regained, LATER, null);
    expect(ends(regained)).toEqual([ended(regained.events.at(-1)?.at ?? '')]);
    for (const { events } of [left, closed, atOnce, merged, later, announced, regained]) assertSplitsAgree(instants, events);
  });

  it('come out the same in every batch split', () => {
    assertSplitsAgree(instants, log.events);
  });

  it('are found in the order in which they are due', () => {
    const [document] = project(instants, log.events).values();
    expect(matches(eq('at', DAY), instants, document as never)).toBe(true);
    expectServed(instants, { filter: lte('at', DAY), sort: [{ field: 'at' }], limit: 50 });
  });

  it('hold nothing of other events, and no history', () => {
    expect(
      instants.project(
        history().recorded('account-a', 'AccountDisabled', { organization: organizationId('org-1'), reason: '离职' }),
        { chiefOf: {}, terms: {}, ends: {} },
      ),
    ).toEqual([]);
    expect([instants.name, instants.history]).toEqual(['instants', false]);
  });
});
