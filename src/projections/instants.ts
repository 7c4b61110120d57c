import { idOf } from '../domain/envelope.ts';
import type { DueInstant } from '../domain/reactions.ts';
import { startOfDay } from '../domain/time.ts';
import type { Change, Projection } from './projection.ts';

/** What waits for its instant (decision 8): an approved change, a merger. */
export type InstantDocument = { readonly id: string; readonly due: DueInstant };

const waits = (id: string, due: DueInstant): Change<InstantDocument> => ({ id, apply: () => ({ id, due }) });
const over = (id: string): Change<InstantDocument> => ({ id, apply: () => undefined });

/** Instants at which something takes effect, until it has. */
export const instants: Projection<InstantDocument> = {
  name: 'instants',
  version: 2,
  history: false,
  fields: { at: ({ due }) => due.at },
  indexes: [['at']],
  handles: ['ResourceChangeApproved', 'ResourceChangeTookEffect', 'OrganizationMerged', 'OrganizationAbsorbed'],
  project: (event) => {
    switch (event.type) {
      case 'ResourceChangeApproved': {
        const { change, takesEffectAt: at } = event.data;
        return [waits(change, { kind: 'change-effective', subject: idOf(event.stream), change, at })];
      }
      case 'ResourceChangeTookEffect':
        return [over(event.data.change)];
      case 'OrganizationMerged': {
        const subject = idOf(event.stream);
        return [waits(subject, { kind: 'merger-effective', subject, at: startOfDay(event.data.effectiveOn) })];
      }
      case 'OrganizationAbsorbed':
        return [over(event.data.from)];
      default:
        return [];
    }
  },
};
