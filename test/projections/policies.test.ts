import { describe, expect, it } from 'vitest';
import { policies } from '../../src/projections/policies.ts';
import { history } from '../support/events.ts';
import { aGrant } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { nanchang, regulation809 } from '../support/shipped.ts';

const started = '2026-01-05T01:00:00.000Z';

describe('policies', () => {
  const log = history(started);
  log.recorded('policy-nc-2019', 'PolicyProposed', { version: 1, pack: nanchang }, { actor: 'a' });
  log.recorded('policy-sc-809-2025', 'PolicyProposed', { version: 1, pack: regulation809 }, { actor: 'a' });
  log.recorded('policy-nc-2019', 'PolicyProposed', { version: 2, pack: nanchang }, { actor: 'b' });
  log.recorded('policy-nc-2019', 'PolicyConfirmed', { version: 2, pack: nanchang }, { actor: 'c' });

  it('show each pack with its proposals; only the confirmed one names who confirmed it and when', () => {
    expect([...project(policies, log.events).values()]).toEqual([
      {
        id: 'nc-2019',
        revision: 2,
        versions: [
          { version: 1, pack: nanchang, proposedBy: 'a', proposedAt: started, confirmedBy: null, confirmedAt: null },
          {
            version: 2,
            pack: nanchang,
            proposedBy: 'b',
            proposedAt: '2026-01-05T01:02:00.000Z',
            confirmedBy: 'c',
            confirmedAt: '2026-01-05T01:03:00.000Z',
          },
        ],
      },
      {
        id: 'sc-809-2025',
        revision: 0,
        versions: [
          {
            version: 1,
            pack: regulation809,
            proposedBy: 'a',
            proposedAt: '2026-01-05T01:01:00.000Z',
            confirmedBy: null,
            confirmedAt: null,
          },
        ],
      },
    ]);
  });

  it('come out the same in every batch split', () => {
    assertSplitsAgree(policies, log.events);
  });

  it('hold nothing for a confirmation whose proposal is unknown, nor for other events', () => {
    const other = history();
    other.recorded('policy-nc-2019', 'PolicyConfirmed', { version: 1, pack: nanchang });
    expect(project(policies, other.events).size).toBe(0);
    expect(policies.project(other.recorded('grant-1', 'GrantRevoked', { ...aGrant, reason: '完成' }), undefined)).toEqual([]);
  });
});
