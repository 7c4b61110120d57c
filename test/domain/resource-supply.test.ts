import { describe, it } from 'vitest';
import type { Mount } from '../../src/domain/events/resource.ts';
import { resource } from '../../src/domain/resource.ts';
import { specOf } from '../support/decider-spec.ts';
import { entryOf } from '../support/entries.ts';
import { CYCLE, drafted, inCatalog, mounted, SHA, table, withdrawn } from '../support/resources.ts';

const { given } = specOf(resource);
const api: Mount = { mode: 'api', address: 'https://data.nc/api/minglu', method: 'GET', description: '按代码查询', example: null };
const file: Mount = { mode: 'file', fileName: 'minglu.xlsx', mediaType: 'application/vnd.ms-excel' };
const mount = (binding: Mount) => ({ type: 'MountResource', data: { mount: binding, round: 1 } }) as const;
const content = { sha256: SHA, bytes: 42, columns: ['企业名称', '列入日期'], rows: 2 } as const;
const store = (part: object = {}) => ({ type: 'StoreContent', data: { ...content, ...part } }) as const;
const stored = { type: 'ResourceContentStored', data: content } as const;
const refresh = (occurredAt: string | null = null, note: string | null = null) =>
  ({ type: 'RefreshResource', data: { occurredAt, note } }) as const;

describe('mounting (R12.1)', () => {
  it.each<[Mount['mode'], Mount]>([
    ['table', table],
    ['file', file],
    ['api', api],
  ])('binds data in the share mode of the entry: %s', (shareMode, binding) => {
    given(inCatalog(entryOf({ shareMode })))
      .when(mount(binding))
      .then([{ type: 'ResourceMounted', data: { mount: binding, round: 1 } }]);
  });

  it('binds anew, and is nothing to do for the same binding', () => {
    const other: Mount = { mode: 'table', table: 'minglu_2026' };
    given([...inCatalog(), mounted()])
      .when(mount(other))
      .then([{ type: 'ResourceMounted', data: { mount: other, round: 1 } }]);
    given([...inCatalog(), mounted()])
      .when(mount({ ...table }))
      .then([]);
  });

  it('is refused in another mode than the entry promises', () => {
    given(inCatalog()).when(mount(file)).refused('resource.mount-mode', { expected: 'table', mode: 'file' });
  });

  it('is refused for an interface without address or description', () => {
    const events = inCatalog(entryOf({ shareMode: 'api' }));
    given(events)
      .when(mount({ ...api, address: ' ' }))
      .refused('resource.api-undescribed');
    given(events)
      .when(mount({ ...api, description: ' ' }))
      .refused('resource.api-undescribed');
  });

  it('is refused before publication and after withdrawal', () => {
    given([drafted()]).when(mount(table)).refused('resource.wrong-status', { status: 'draft' });
    given(withdrawn).when(mount(table)).refused('resource.wrong-status', { status: 'withdrawn' });
  });
});

describe('storing content', () => {
  it('records the hash and shape of a table', () => {
    given([...inCatalog(), mounted()])
      .when(store())
      .then([{ type: 'ResourceContentStored', data: content }]);
  });

  it('records the hash of a file, which has neither columns nor rows', () => {
    const plain = { ...content, columns: null, rows: null };
    given([...inCatalog(entryOf({ shareMode: 'file' })), mounted(file)])
      .when(store(plain))
      .then([{ type: 'ResourceContentStored', data: plain }]);
  });

  it('is nothing to do for the same bytes, and new for others', () => {
    const other = { ...content, sha256: 'b'.repeat(64) };
    given([...inCatalog(), mounted(), stored])
      .when(store())
      .then([]);
    given([...inCatalog(), mounted(), stored])
      .when(store(other))
      .then([{ type: 'ResourceContentStored', data: other }]);
  });

  it('is refused without a mount and for an interface', () => {
    given(inCatalog()).when(store()).refused('resource.not-mounted');
    given([...inCatalog(entryOf({ shareMode: 'api' })), mounted(api)])
      .when(store())
      .refused('resource.content-for-api');
  });

  it('has a column for every item of the entry, and may have more', () => {
    const events = [...inCatalog(), mounted()];
    given(events)
      .when(store({ columns: ['企业名称', '代码'] }))
      .refused('resource.content-lacks-items', { items: ['列入日期'] });
    const columns = ['代码', '列入日期', '企业名称'];
    given(events)
      .when(store({ columns }))
      .then([{ type: 'ResourceContentStored', data: { ...content, columns } }]);
  });

  it('is refused for a table without columns or rows, and for a file with them', () => {
    const events = [...inCatalog(), mounted()];
    given(events)
      .when(store({ columns: null }))
      .refused('resource.content-shape', { mode: 'table' });
    given(events)
      .when(store({ rows: null }))
      .refused('resource.content-shape', { mode: 'table' });
    given([...inCatalog(entryOf({ shareMode: 'file' })), mounted(file)])
      .when(store())
      .refused('resource.content-shape', { mode: 'file' });
  });
});

describe('refreshing (R26.1)', () => {
  it('begins the first and the next round, at the instant of the record where none is stated', () => {
    given([...inCatalog(), mounted()])
      .when({ ...refresh(null, '9月数据'), at: '2026-01-07T02:00:00.000Z' })
      .then([{ type: 'ResourceRefreshed', data: { ...CYCLE, round: 1, occurredAt: '2026-01-07T02:00:00.000Z', note: '9月数据' } }]);
    given([...inCatalog(), mounted(), { type: 'ResourceRefreshed', data: { ...CYCLE, round: 4, occurredAt: '2026-01-05T01:00:00.000Z', note: null } }]) // prettier-ignore
      .when(refresh('2026-01-06T01:00:00.000Z'))
      .then([{ type: 'ResourceRefreshed', data: { ...CYCLE, round: 5, occurredAt: '2026-01-06T01:00:00.000Z', note: null } }]);
  });

  it('is refused for an instant that has not come', () => {
    given([...inCatalog(), mounted()])
      .when(refresh('2026-01-06T01:00:00.001Z'))
      .refused('resource.occurred-in-future', { occurredAt: '2026-01-06T01:00:00.001Z' });
  });

  it('is refused without a mount', () => {
    given(inCatalog()).when(refresh()).refused('resource.not-mounted');
  });
});

describe('resuming the supply (R9.1)', () => {
  const resume = { type: 'ResumeSupply', data: { reason: '风险已排除' } } as const;

  it('ends a suspension with its reason', () => {
    given([...inCatalog(), { type: 'ResourceSupplySuspended', data: { change: null, reason: '泄露' } }])
      .when(resume)
      .then([{ type: 'ResourceSupplyResumed', data: { reason: '风险已排除' } }]);
  });

  it('is refused where nothing is suspended', () => {
    given(inCatalog()).when(resume).refused('resource.not-suspended');
  });
});
