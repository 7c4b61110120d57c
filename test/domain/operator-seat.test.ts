import { describe, expect, it } from 'vitest';
import { asId, type OrganizationId } from '../../src/domain/ids.ts';
import { areaOf, operatorSeat, operatorSeatClaim } from '../../src/domain/operator-seat.ts';
import { specOf } from '../support/decider-spec.ts';

const { given } = specOf(operatorSeat);
const [mine, theirs] = [asId<OrganizationId>('o-1'), asId<OrganizationId>('o-2')];
const claimed = (organization: OrganizationId) =>
  ({ type: 'OperatorSeatClaimed', data: { organization, commandId: 'c-1' } }) as const;
const claim = (organization: OrganizationId, over: string | null = null) =>
  ({ type: 'ClaimOperatorSeat', id: 'c-2', data: { organization, over } }) as const;

describe('claiming the seat of the receiving operator', () => {
  it('records who has it and by which command', () => {
    given()
      .when(claim(mine))
      .then([{ type: 'OperatorSeatClaimed', data: { organization: mine, commandId: 'c-2' } }]);
  });

  it('is nothing to do for the organization that has it', () => {
    given([claimed(mine)])
      .when(claim(mine))
      .then([]);
  });

  it('is refused while another organization has it', () => {
    given([claimed(theirs)])
      .when(claim(mine))
      .refused('organization.operator-seat-taken', { holder: 'o-2' });
  });

  it('is refused where another holder than the present one was closed', () => {
    given([claimed(theirs)])
      .when(claim(mine, 'organization-o-3'))
      .refused('organization.operator-seat-taken', { holder: 'o-2' });
  });

  it('takes over from a holder whose stream never began', () => {
    given([claimed(theirs)])
      .when(claim(mine, 'organization-o-2'))
      .then([{ type: 'OperatorSeatClaimed', data: { organization: mine, commandId: 'c-2' } }]);
  });

  it('is in streams named after the category, empty at first', () => {
    expect(given([claimed(theirs), claimed(mine)]).state).toEqual({ holder: mine });
    expect([operatorSeat.category, operatorSeat.initialState()]).toEqual(['operator', { holder: null }]);
  });
});

describe('what a registration claims', () => {
  const area = { level: 'county', divisionCode: '360112' } as const;
  const claimOf = () => operatorSeatClaim({ ...area, receivesApplications: true }, 'o-1');

  it('is the seat of its level and division', () => {
    const wanted = claimOf();
    expect([areaOf(area), wanted?.id, wanted?.decider]).toEqual(['county-360112', 'county-360112', operatorSeat]);
    expect(wanted?.command('organization-o-2')).toEqual({
      type: 'ClaimOperatorSeat',
      data: { organization: 'o-1', over: 'organization-o-2' },
    });
  });

  it('is held by an organization stream, or by none', () => {
    const wanted = claimOf();
    expect(wanted?.holder({ holder: theirs })).toBe('organization-o-2');
    expect(wanted?.holder({ holder: null })).toBeNull();
  });

  it('is nothing for an organization that receives no applications', () => {
    expect(operatorSeatClaim({ ...area, receivesApplications: false }, 'o-1')).toBeNull();
  });
});
