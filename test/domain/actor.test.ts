import { describe, expect, it } from 'vitest';
import { actorName, isAccount, mandateFor } from '../../src/domain/actor.ts';
import { person } from '../support/decider-spec.ts';

const system = { system: 'system:take-effect' } as const;
const officer = person('officer');

describe('an actor', () => {
  it('is an account or the system, and has the name that stands in the log', () => {
    expect([isAccount(officer), isAccount(system)]).toStrictEqual([true, false]);
    expect([actorName(officer), actorName(system)]).toStrictEqual(['officer', 'system:take-effect']);
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
