import { canonicalJson } from './canonical-json.ts';
import { ensure } from './domain-error.ts';
import type { Command } from './decider.ts';
import type { Mount, ResourceEvent } from './events/resource.ts';
import { during } from './resource-state.ts';
import type { InStatus, ResourceState } from './resource-state.ts';
import type { Instant } from './time.ts';

type Content = {
  readonly sha256: string;
  readonly bytes: number;
  /** Of a table; a file has neither. */
  readonly columns: readonly string[] | null;
  readonly rows: number | null;
};

export type SupplyCommand =
  | Command<'MountResource', { readonly mount: Mount }>
  | Command<'StoreContent', Content>
  | Command<'RefreshResource', { readonly occurredAt: Instant | null; readonly note: string | null }>
  | Command<'ResumeSupply', { readonly reason: string }>;

/** Binds real data to the entry, in the entry's share mode; another binding begins without content (R12.1). */
const mountResource = (state: InStatus<'published'>, mount: Mount): readonly ResourceEvent[] => {
  ensure(mount.mode === state.entry.shareMode, 'resource.mount-mode', { expected: state.entry.shareMode, mode: mount.mode });
  if (mount.mode === 'api') ensure(mount.address.trim() !== '' && mount.description.trim() !== '', 'resource.api-undescribed');
  if (state.mount !== null && canonicalJson(state.mount) === canonicalJson(mount)) return [];
  return [{ type: 'ResourceMounted', data: { mount, round: state.mountings } }];
};

/** The data itself lies in the content store, under its hash; a table has a column for every item that the entry promises. */
const storeContent = (state: InStatus<'published'>, { sha256, bytes, columns, rows }: Content): readonly ResourceEvent[] => {
  ensure(state.mount !== null, 'resource.not-mounted');
  const { mode } = state.mount;
  ensure(mode !== 'api', 'resource.content-for-api');
  ensure((mode === 'table') === (columns !== null && rows !== null), 'resource.content-shape', { mode });
  const missing = columns === null ? [] : state.entry.items.flatMap(({ name }) => (columns.includes(name) ? [] : [name]));
  ensure(missing.length === 0, 'resource.content-lacks-items', { items: missing });
  if (state.content === sha256) return [];
  return [{ type: 'ResourceContentStored', data: { sha256, bytes, columns, rows } }];
};

/** A stated date may lie earlier than its record, never later; each refresh begins the next round (R13.3, R26.1). */
const refreshResource = (
  { mount, refreshes, provider, entry }: InStatus<'published'>,
  { at, data: { occurredAt, note } }: Extract<SupplyCommand, { type: 'RefreshResource' }>,
): readonly ResourceEvent[] => {
  ensure(mount !== null, 'resource.not-mounted');
  ensure(occurredAt === null || occurredAt <= at, 'resource.occurred-in-future', { occurredAt });
  const { updateCycle } = entry;
  return [{ type: 'ResourceRefreshed', data: { provider, updateCycle, round: refreshes + 1, occurredAt: occurredAt ?? at, note } }];
};

/** What binds a published entry to its data and keeps it supplied. */
export const decideSupply = (command: SupplyCommand, current: ResourceState): readonly ResourceEvent[] => {
  const state = during(current, 'published');
  switch (command.type) {
    case 'MountResource':
      return mountResource(state, command.data.mount);
    case 'StoreContent':
      return storeContent(state, command.data);
    case 'RefreshResource':
      return refreshResource(state, command);
    case 'ResumeSupply':
      ensure(state.suspended, 'resource.not-suspended');
      return [{ type: 'ResourceSupplyResumed', data: command.data }];
  }
};
