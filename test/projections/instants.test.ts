import { describe, expect, it } from 'vitest';
import { eq, lte } from '../../src/projections/filter.ts';
import { instants } from '../../src/projections/instants.ts';
import { matches } from '../../src/projections/matches.ts';
import { history } from '../support/events.ts';
import { organizationId } from '../support/offices.ts';
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
    const waiting = { id: 'org-1', due: { kind: 'merger-effective', subject: 'org-1', at: DAY } };
    expect([...project(instants, mergers.events).values()]).toEqual([waiting]);
    const taken = { from: provider, effectiveOn: '2026-03-02', absorbed: [], functions: [], operates: [] };
    mergers.recorded('organization-org-2', 'OrganizationAbsorbed', taken);
    expect(project(instants, mergers.events).size).toBe(0);
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
        undefined,
      ),
    ).toEqual([]);
    expect([instants.name, instants.history]).toEqual(['instants', false]);
  });
});
