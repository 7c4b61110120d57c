import { createMemoryEventStore } from '../../src/infra/memory-event-store.ts';
import { eventStoreContract } from '../contract/event-store.ts';

eventStoreContract('memory', () => {
  const store = createMemoryEventStore();
  return Promise.resolve({ store, dispose: store.close });
});
