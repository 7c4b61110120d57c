import type { Claim } from './command-port.ts';
import type { Command, Decider } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { Level, OperatorSeatEvent } from './events/organization.ts';
import { asId, type OrganizationId } from './ids.ts';

export type OperatorSeatCommand = Command<
  'ClaimOperatorSeat',
  { readonly organization: OrganizationId; readonly over: string | null }
>;
export type OperatorSeatState = { readonly holder: OrganizationId | null };

/** The area of an operator: level and division code. Its seat is the stream `operator-<area>`. */
export const areaOf = ({ level, divisionCode }: { readonly level: Level; readonly divisionCode: string }): string =>
  `${level}-${divisionCode}`;

/** Exactly one operator per level and area receives applications (requirements §1): the claim on its seat (decision 7). */
export const operatorSeat: Decider<OperatorSeatState, OperatorSeatCommand, OperatorSeatEvent> = {
  category: 'operator',
  initialState: () => ({ holder: null }),
  decide: ({ id, data: { organization, over } }, { holder }) => {
    if (holder === organization) return [];
    ensure(holder === null || `organization-${holder}` === over, 'organization.operator-seat-taken', { holder });
    return [{ type: 'OperatorSeatClaimed', data: { organization, commandId: id } }];
  },
  evolve: (_state, { data: { organization } }) => ({ holder: organization }),
};

/** What a registration must claim first: the seat, where the organization is to receive applications. */
export const operatorSeatClaim = (
  registration: { readonly level: Level; readonly divisionCode: string; readonly receivesApplications: boolean },
  organization: string,
): Claim | null => {
  if (!registration.receivesApplications) return null;
  return {
    decider: operatorSeat,
    id: areaOf(registration),
    command: (over) => ({ type: 'ClaimOperatorSeat', data: { organization: asId<OrganizationId>(organization), over } }),
    holder: (claimed) => {
      const { holder } = claimed as OperatorSeatState;
      return holder === null ? null : `organization-${holder}`;
    },
  };
};
