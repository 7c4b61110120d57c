import { idOf } from '../domain/envelope.ts';
import type { Instant } from '../domain/time.ts';
import type { Projection } from './projection.ts';

/** An approved change that waits for its day (decision 8). */
export type InstantDocument = { readonly id: string; readonly resource: string; readonly at: Instant };

/** Instants at which something takes effect, until it has. */
export const instants: Projection<InstantDocument> = {
  name: 'instants',
  version: 1,
  history: false,
  fields: { at: ({ at }) => at },
  indexes: [['at']],
  handles: ['ResourceChangeApproved', 'ResourceChangeTookEffect'],
  project: (event) => {
    if (event.type === 'ResourceChangeApproved') {
      const { change: id, takesEffectAt: at } = event.data;
      return [{ id, apply: () => ({ id, resource: idOf(event.stream), at }) }];
    }
    return event.type === 'ResourceChangeTookEffect' ? [{ id: event.data.change, apply: () => undefined }] : [];
  },
};
