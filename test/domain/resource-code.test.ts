import { describe, expect, it } from 'vitest';
import { drawnCode, fitsCategory, resourceCode, resourceCodeClaim } from '../../src/domain/resource-code.ts';
import { resource } from '../../src/domain/resource.ts';
import { asId } from '../../src/domain/ids.ts';
import type { ResourceId } from '../../src/domain/ids.ts';
import { fixedId } from '../support/events.ts';
import { specOf, type Happened } from '../support/decider-spec.ts';
import type { CodeEvent } from '../../src/domain/events/resource.ts';
import { entryOf } from '../support/entries.ts';
import { CODE, drafted, inCatalog, revised, submitted } from '../support/resources.ts';

const { given } = specOf(resourceCode);
const [first, second] = [asId<ResourceId>('resource-1'), asId<ResourceId>('resource-2')];
const drawn = (id: ResourceId, sequence: number): Happened<CodeEvent> => ({
  type: 'CodeDrawn',
  data: { resource: id, sequence, commandId: fixedId('c', sequence) },
});
const draw = (id: ResourceId) => ({ type: 'DrawCode', data: { resource: id } }) as const;

describe('drawing a code (requirements §5)', () => {
  it('gives the next number of the category, whatever became of the ones before', () => {
    given()
      .when(draw(first))
      .then([{ type: 'CodeDrawn', data: { resource: first, sequence: 1, commandId: fixedId('c', 999) } }]);
    given([drawn(first, 7)])
      .when(draw(second))
      .then([{ type: 'CodeDrawn', data: { resource: second, sequence: 8, commandId: fixedId('c', 999) } }]);
  });

  it('is nothing to do for a resource that drew here before', () => {
    given([drawn(first, 1), drawn(second, 2)])
      .when(draw(first))
      .then([]);
  });

  it('never goes back behind the greatest number', () => {
    expect(given([drawn(first, 9), drawn(second, 3)]).state).toEqual({ last: 9, drawn: { 'resource-1': 9, 'resource-2': 3 } });
    expect([resourceCode.category, resourceCode.initialState()]).toEqual(['code', { last: 0, drawn: {} }]);
  });
});

describe('the code of a resource', () => {
  it('is its category and its number', () => {
    const { state } = given([drawn(second, 3)]);
    expect([drawnCode(state, 'resource-2', '10403201'), drawnCode(state, 'resource-1', '10403201')]).toEqual(['10403201/3', null]);
  });

  it('fits the category that it begins with, wholly', () => {
    const entry = entryOf();
    expect([CODE, '1040320/1', '104032011/1', null].map((code) => fitsCategory(code, entry))).toEqual([true, false, false, false]);
  });
});

describe('what a submission claims first', () => {
  const specOfResource = specOf(resource);
  const stateOf = (events: Parameters<typeof specOfResource.given>[0]) => specOfResource.given(events).state;
  const returned = { type: 'OperatorReviewReturned', data: { round: 1, comment: '请补充' } } as const;
  const moved = entryOf({ category: { class: '2', item: '03', section: '015', detail: '06' } });

  it("is a number of the entry's category, for nobody to hold", () => {
    const claim = resourceCodeClaim(stateOf([drafted()]), 'resource-1');
    expect(claim).toMatchObject({ decider: resourceCode, id: '10403201' });
    expect(claim?.command(null)).toEqual(draw(first));
    expect(claim?.holder({ last: 1, drawn: { 'resource-9': 1 } })).toBeNull();
    expect(claim?.complete?.({ last: 4, drawn: { 'resource-1': 4 } })).toEqual({ code: '10403201/4' });
  });

  it('is nothing where it has a code of its category, or nothing can be submitted', () => {
    expect(resourceCodeClaim(stateOf([drafted(), submitted(), returned]), 'resource-1')).toBeNull();
    expect([[], [drafted(), submitted()], inCatalog()].map((events) => resourceCodeClaim(stateOf(events), 'resource-1'))).toEqual([null, null, null]); // prettier-ignore
  });

  it('is a number of the new category where that changed', () => {
    expect(resourceCodeClaim(stateOf([drafted(), submitted(), returned, revised(moved)]), 'resource-1')?.id).toBe('20301506');
  });
});
