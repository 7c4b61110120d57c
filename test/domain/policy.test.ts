import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyDecider } from '../../src/domain/policy.ts';
import type { PolicyPack } from '../../src/domain/policy-pack.ts';
import { person, specOf } from '../support/decider-spec.ts';
import { nanchang } from '../support/shipped.ts';

const { given } = specOf(policyDecider);
const [first, second] = [person('lead-1'), person('lead-2')];
const revised: PolicyPack = { ...nanchang, title: '修订' };
const again: PolicyPack = { ...nanchang, title: '再修订' };
const proposed = (version: number, pack: PolicyPack, actor = 'lead-1') =>
  ({ type: 'PolicyProposed', data: { version, pack }, actor }) as const;
const confirmed = (version: number, pack: PolicyPack, actor = 'lead-2') =>
  ({ type: 'PolicyConfirmed', data: { version, pack }, actor }) as const;
const propose = (pack: PolicyPack) => ({ type: 'ProposePolicy', data: { pack } }) as const;
const confirm = (version: number) => ({ type: 'ConfirmPolicy', data: { version } }) as const;

describe('proposing a policy pack', () => {
  it('records its first version', () => {
    given()
      .when({ ...propose(nanchang), actor: first })
      .then([{ type: 'PolicyProposed', data: { version: 1, pack: nanchang } }]);
  });

  it('records the next version beside the confirmed one', () => {
    given([proposed(1, nanchang), confirmed(1, nanchang)])
      .when(propose(revised))
      .then([{ type: 'PolicyProposed', data: { version: 2, pack: revised } }]);
  });

  it('supersedes a pending proposal', () => {
    given([proposed(1, nanchang)])
      .when(propose(revised))
      .then([{ type: 'PolicyProposed', data: { version: 2, pack: revised } }]);
  });

  it('returns to the confirmed pack while another one is pending', () => {
    given([proposed(1, nanchang), confirmed(1, nanchang), proposed(2, revised)])
      .when(propose(nanchang))
      .then([{ type: 'PolicyProposed', data: { version: 3, pack: nanchang } }]);
  });

  it('is nothing to do when the same pack is pending, or is the last confirmed', () => {
    given([proposed(1, nanchang)])
      .when(propose({ ...nanchang }))
      .then([]);
    given([proposed(1, nanchang), confirmed(1, nanchang)])
      .when(propose({ ...nanchang }))
      .then([]);
  });

  it('brings back an older version as a new one', () => {
    given([proposed(1, nanchang), confirmed(1, nanchang), proposed(2, revised), confirmed(2, revised)])
      .when(propose(nanchang))
      .then([{ type: 'PolicyProposed', data: { version: 3, pack: nanchang } }]);
  });

  it('is refused with every fault of a broken pack', () => {
    const broken = { ...nanchang, title: '', issuer: '' };
    given()
      .when(propose(broken))
      .refused('policy.invalid', {
        errors: [
          { path: 'title', message: 'is missing' },
          { path: 'issuer', message: 'is missing' },
        ],
      });
  });
});

describe('confirming a policy pack', () => {
  it('puts in force what another account proposed', () => {
    given([proposed(1, nanchang)])
      .when({ ...confirm(1), actor: second })
      .then([{ type: 'PolicyConfirmed', data: { version: 1, pack: nanchang } }]);
  });

  it('is open to the system that proposed it at the bootstrap', () => {
    given([proposed(1, nanchang, 'system:init')])
      .when({ ...confirm(1), actor: { system: 'system:init' } })
      .then([{ type: 'PolicyConfirmed', data: { version: 1, pack: nanchang } }]);
  });

  it('is refused to the account that proposed it', () => {
    given([proposed(1, nanchang)])
      .when({ ...confirm(1), actor: first })
      .refused('policy.same-person', { proposedBy: 'lead-1' });
  });

  it('is open to the first proposer when another account proposed anew', () => {
    given([proposed(1, nanchang), proposed(2, revised, 'lead-2')])
      .when({ ...confirm(2), actor: first })
      .then([{ type: 'PolicyConfirmed', data: { version: 2, pack: revised } }]);
  });

  it('is refused where nothing was proposed', () => {
    given()
      .when({ ...confirm(1), actor: second })
      .refused('policy.nothing-proposed');
  });

  it('is refused for a version after the confirmed one that nobody proposed', () => {
    given([proposed(1, nanchang), confirmed(1, nanchang)])
      .when({ ...confirm(2), actor: second })
      .refused('policy.nothing-proposed');
  });

  it('is refused for a version that a newer proposal superseded', () => {
    given([proposed(1, nanchang), proposed(2, revised)])
      .when({ ...confirm(1), actor: second })
      .refused('policy.other-version', { proposed: 2 });
  });

  it('is nothing to do for a version confirmed already, whoever asks and whatever is pending', () => {
    given([proposed(1, nanchang), confirmed(1, nanchang)])
      .when({ ...confirm(1), actor: first })
      .then([]);
    given([proposed(1, nanchang), confirmed(1, nanchang), proposed(2, revised)])
      .when({ ...confirm(1), actor: second })
      .then([]);
  });
});

describe('the state of a policy', () => {
  it('keeps the confirmed versions in the order of their confirmation, and what is pending', () => {
    const events = [
      proposed(1, nanchang),
      confirmed(1, nanchang),
      proposed(2, revised),
      confirmed(2, revised),
      proposed(3, again, 'lead-3'),
    ];
    expect(given(events).state).toEqual({
      status: 'proposed',
      version: 3,
      inForce: [
        { ...nanchang, version: 1 },
        { ...revised, version: 2 },
      ],
      pack: again,
      proposedBy: 'lead-3',
    });
    expect(given(events.slice(0, 4)).state).toEqual({
      status: 'settled',
      version: 2,
      inForce: [
        { ...nanchang, version: 1 },
        { ...revised, version: 2 },
      ],
    });
  });

  it('begins with nothing, in streams named after the category', () => {
    expect([policyDecider.category, policyDecider.initialState()]).toEqual([
      'policy',
      { status: 'settled', version: 0, inForce: [] },
    ]);
  });

  it('folds any sequence of events', () => {
    const event = fc
      .tuple(fc.boolean(), fc.integer({ min: 1, max: 5 }))
      .map(([isProposal, version]) => (isProposal ? proposed(version, nanchang) : confirmed(version, revised)));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        expect(given(events).state.inForce).toHaveLength(events.filter(({ type }) => type === 'PolicyConfirmed').length);
      }),
    );
  });
});
