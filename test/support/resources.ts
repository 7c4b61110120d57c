import type { CatalogEntry } from '../../src/domain/catalog-entry.ts';
import type { AbandonedEvent } from '../../src/domain/events/account.ts';
import type { ChangeRecipient, Mount, ResourceEvent } from '../../src/domain/events/resource.ts';
import { asId } from '../../src/domain/ids.ts';
import type { OrganizationId, ResourceId } from '../../src/domain/ids.ts';
import { person, type Happened } from './decider-spec.ts';
import { entryOf } from './entries.ts';
import { factsOf, policyStream } from './facts.ts';
import { nanchang } from './shipped.ts';

type Past = Happened<ResourceEvent | AbandonedEvent>;

export const RESOURCE = asId<ResourceId>('resource-1');
export const CODE = '10403201/3';
export const area = { provider: asId<OrganizationId>('org-1'), level: 'city', divisionCode: '360100' } as const;

/** What a refresh says of the entry. */
export const CYCLE = { provider: area.provider, updateCycle: 'monthly' } as const;

/** The people of the specs: `writer` compiles, `chief` and `operator` review, `user` has the data. */
export const writer = person('writer');
export const chief = person('chief', { isChief: true });
export const operator = person('operator', { organization: 'org-operator', operates: ['city-360100'] });
export const userOf = (organization: string) => person(`user-of-${organization}`, { organization });

export const table: Mount = { mode: 'table', table: 'minglu' };
export const SHA = 'a'.repeat(64);

export const drafted = (entry = entryOf(), actor = 'writer'): Past => ({
  type: 'ResourceDrafted',
  data: { ...area, entry },
  actor,
});
export const revised = (entry: CatalogEntry, actor = 'writer'): Past => ({ type: 'ResourceRevised', data: { entry }, actor });
export const submitted = (round = 1, code = CODE): Past => ({ type: 'ResourceSubmitted', data: { code, round }, actor: 'writer' });
export const departmentApproved = (round = 1, actor = 'chief'): Past => ({
  type: 'DepartmentReviewApproved',
  data: { round, comment: null },
  actor,
});
export const published = (entry = entryOf()): Past => ({
  type: 'ResourcePublished',
  data: { ...area, code: CODE, version: 1, entry, publishedOn: '2026-01-05' },
  actor: 'operator',
});
/** Everything up to the catalog. */
export const inCatalog = (entry = entryOf()): readonly Past[] => [
  drafted(entry),
  submitted(),
  departmentApproved(),
  { type: 'OperatorReviewApproved', data: { round: 1, comment: null }, actor: 'operator' },
  published(entry),
];

export const recipient = (organization: string, via: ChangeRecipient['via'] = 'grant', id = 'grant-1'): ChangeRecipient => ({
  organization: asId<OrganizationId>(organization),
  via,
  id,
});

type Requested = Extract<ResourceEvent, { type: 'ResourceChangeRequested' }>['data'];
export const changeRequested = (part: Partial<Requested> = {}): Past => ({
  type: 'ResourceChangeRequested',
  data: {
    ...area,
    change: 'change-1',
    kind: 'update',
    ground: 'ordinary',
    effectiveOn: '2026-02-10',
    earliestEffective: '2026-02-06',
    yielded: null,
    entry: entryOf({ abstract: '新增列入日期。' }),
    reason: '业务调整',
    recipients: [recipient('org-user')],
    ...part,
  },
  actor: 'writer',
});
/** What an effect says that unbinds nothing. */
export const EFFECT = { provider: area.provider, remounting: null } as const;
export const withdrawn: readonly Past[] = [
  ...inCatalog(),
  changeRequested({ kind: 'withdrawal', entry: null }),
  {
    type: 'ResourceChangeTookEffect',
    data: { ...EFFECT, change: 'change-1', kind: 'withdrawal', instant: '2026-02-09T16:00:00.000Z', version: 1, entry: null },
  },
];
export const mounted = (mount: Mount = table, round = 1): Past => ({ type: 'ResourceMounted', data: { mount, round } });

type Users = readonly { readonly organization: string; readonly via: 'grant' | 'application'; readonly id: string }[];
/** The measure in force, and these users of the resource. */
export const lawAndUsers = (users: Users = []) =>
  factsOf({ streams: { 'policy-nc-2019': policyStream(nanchang) }, sets: { 'resource-users': { [RESOURCE]: users } } });
