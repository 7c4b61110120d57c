import { describe, expect, it } from 'vitest';
import { actorName, actsFor, bodiesOf, isAccount, mandateFor, type AccountActor } from '../../src/domain/actor.ts';
import { person } from '../support/decider-spec.ts';
import { organizationId } from '../support/offices.ts';

const system = { system: 'system:take-effect' } as const;
const officer = person('officer');

describe('an actor', () => {
  it('is an account or the system, and has the name that stands in the log', () => {
    expect([isAccount(officer), isAccount(system)]).toStrictEqual([true, false]);
    expect([actorName(officer), actorName(system)]).toStrictEqual(['officer', 'system:take-effect']);
  });
});

describe('acting for a body (R2.1)', () => {
  const heir = person('heir', { organization: 'org-1', absorbed: ['org-2', 'org-3'] }) as AccountActor;

  it("is for the actor's organization and what was merged into it, and for no other", () => {
    const bodies = ['org-1', 'org-2', 'org-3', 'org-4'].map(organizationId);
    expect(bodies.map((body) => actsFor(heir, body))).toStrictEqual([true, true, true, false]);
    expect(actsFor(heir, null)).toBe(false);
    expect(bodiesOf(heir)).toStrictEqual(bodies.slice(0, 3));
    expect(bodiesOf(officer as AccountActor)).toStrictEqual(['org-1']);
  });
});

describe('acting as the data chief (R13.1)', () => {
  const delegations = [
    { by: 'chief-1', matters: ['replies'] },
    { by: 'chief-2', matters: ['department-review', 'applications'] },
    { by: 'chief-3', matters: ['applications'] },
  ];

  it('is for the chief alone in their own name', () => {
    expect(mandateFor(person('chief', { isChief: true, delegations }), 'applications')).toStrictEqual({ onBehalfOf: null });
  });

  it('is for a delegate in the name of the chief, in the matters delegated', () => {
    const delegate = person('delegate', { delegations });
    expect(mandateFor(delegate, 'replies')).toStrictEqual({ onBehalfOf: 'chief-1' });
    expect(mandateFor(delegate, 'applications')).toStrictEqual({ onBehalfOf: 'chief-2' });
    expect(mandateFor(person('other', { delegations: delegations.slice(0, 1) }), 'applications')).toBeNull();
  });

  it('is for nobody else, and not for the system', () => {
    expect(mandateFor(officer, 'replies')).toBeNull();
    expect(mandateFor(system, 'replies')).toBeNull();
  });
});
