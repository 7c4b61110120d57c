import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountActor } from '../../src/domain/actor.ts';
import { fold } from '../../src/domain/decider.ts';
import type { CatalogEntry } from '../../src/domain/catalog-entry.ts';
import { relationsToResource, resource } from '../../src/domain/resource.ts';
import type { ResourceCommand } from '../../src/domain/resource.ts';
import { lawFact } from '../../src/domain/resource-law.ts';
import { policyDecider } from '../../src/domain/policy.ts';
import { person, specOf } from '../support/decider-spec.ts';
import { entryOf, itemOf, law, notSharedEntry } from '../support/entries.ts';
import { factsOf, policyStream } from '../support/facts.ts';
import {
  CYCLE,
  area,
  changeRequested,
  CODE,
  departmentApproved,
  drafted,
  inCatalog,
  lawAndUsers,
  mounted,
  operator,
  published,
  recipient,
  RESOURCE,
  revised,
  SHA,
  submitted,
  table,
  withdrawn,
  writer,
  EFFECT,
} from '../support/resources.ts';

const { given } = specOf(resource);
const facts = lawAndUsers();
const wrong = entryOf({ title: '', open: true });
const wrongFields = {
  errors: [
    { path: 'title', message: 'required' },
    { path: 'openCondition', message: 'open-condition-required' },
  ],
};
const draft = (entry: CatalogEntry) => ({ type: 'DraftResource', data: { entry }, actor: writer }) as const;
const revise = (entry: CatalogEntry) => ({ type: 'ReviseResource', data: { entry }, actor: writer }) as const;
const submit = (code: string | null = CODE) => ({ type: 'SubmitResource', data: { code }, actor: writer }) as const;
const abandoned = { type: 'CreationAbandoned', data: { claim: 'code-1', commandId: 'c' } } as const;
const returned = (comment = '缺数据类型') =>
  ({ type: 'DepartmentReviewReturned', data: { round: 1, comment }, actor: 'chief' }) as const;

describe('drafting (R7.1)', () => {
  it("makes the drafter's department the provider, at its level and in its area", () => {
    given([], facts)
      .when(draft(entryOf()))
      .then([{ type: 'ResourceDrafted', data: { ...area, entry: entryOf() } }]);
  });

  it('is refused with every wrong field', () => {
    given([], facts).when(draft(wrong)).refused('resource.invalid-entry', wrongFields);
  });

  it('is refused where a draft stands already, and where its creation was abandoned', () => {
    given([drafted()], facts).when(draft(entryOf())).refused('resource.wrong-status', { status: 'draft' });
    given([abandoned], facts).when(draft(entryOf())).refused('resource.wrong-status', { status: 'abandoned' });
  });

  it('is refused to the system, which has no department', () => {
    given([], facts)
      .when({ type: 'DraftResource', data: { entry: entryOf() } })
      .refused('resource.needs-account');
  });

  it('asks the measure about legal bases, and nobody before the measure is in force', () => {
    const decision = { ...law, type: 'state-council-decision' } as const;
    const entry = { ...notSharedEntry, legalBasis: decision, items: [itemOf('姓名')] };
    given([], facts)
      .when(draft(entry))
      .refused('resource.invalid-entry', { errors: [{ path: 'legalBasis', message: 'legal-basis-insufficient' }] });
    const accepted = [{ type: 'ResourceDrafted', data: { ...area, entry } }] as const;
    given([], factsOf({ streams: { 'policy-nc-2019': policyStream() } }))
      .when(draft(entry))
      .then(accepted);
    given([], facts)
      .when({ ...draft(entry), at: '2019-12-05T15:59:59.999Z' })
      .then(accepted);
    given([], facts).when({ ...draft(entry), at: '2019-12-05T16:00:00.000Z' }).refused('resource.invalid-entry', { errors: [{ path: 'legalBasis', message: 'legal-basis-insufficient' }] }); // prettier-ignore
  });
});

describe('revising (R7.2)', () => {
  const better = entryOf({ title: '经营异常名录' });

  it('replaces the entry of a draft and of a returned entry', () => {
    given([drafted()], facts)
      .when(revise(better))
      .then([{ type: 'ResourceRevised', data: { entry: better } }]);
    given([drafted(), submitted(), returned()], facts)
      .when(revise(better))
      .then([{ type: 'ResourceRevised', data: { entry: better } }]);
  });

  it('is refused with every wrong field', () => {
    given([drafted()], facts).when(revise(wrong)).refused('resource.invalid-entry', wrongFields);
  });

  it.each([
    ['none', []],
    ['submitted', [drafted(), submitted()]],
    ['department-approved', [drafted(), submitted(), departmentApproved()]],
    ['published', inCatalog()],
    ['withdrawn', withdrawn],
  ])('is refused while %s', (status, events) => {
    given(events, facts).when(revise(better)).refused('resource.wrong-status', { status });
  });
});

describe('submitting (R7.2)', () => {
  it('takes the code that was drawn for it', () => {
    given([drafted()], facts)
      .when(submit())
      .then([{ type: 'ResourceSubmitted', data: { code: CODE, round: 1 } }]);
  });

  it('again keeps the code, in the next round', () => {
    given([drafted(), submitted(), returned()], facts)
      .when(submit(null))
      .then([{ type: 'ResourceSubmitted', data: { code: CODE, round: 2 } }]);
    given([drafted(), submitted(), returned()], facts)
      .when(submit('10403201/9'))
      .then([{ type: 'ResourceSubmitted', data: { code: CODE, round: 2 } }]);
  });

  it('again takes a code of the new category where that changed', () => {
    const moved = revised(entryOf({ category: { class: '1', item: '04', section: '032', detail: '02' } }));
    given([drafted(), submitted(), returned(), moved], facts)
      .when(submit('10403202/1'))
      .then([{ type: 'ResourceSubmitted', data: { code: '10403202/1', round: 2 } }]);
    given([drafted(), submitted(), returned(), moved], facts).when(submit(null)).refused('resource.code-mismatch', { code: null });
  });

  it('is refused without a code, or with one of another category', () => {
    given([drafted()], facts).when(submit(null)).refused('resource.code-mismatch', { code: null });
    given([drafted()], facts).when(submit('104032010/3')).refused('resource.code-mismatch', { code: '104032010/3' });
  });

  it('is refused when the entry has become unlawful since it was drafted', () => {
    given([drafted(wrong)], facts)
      .when(submit())
      .refused('resource.invalid-entry', wrongFields);
  });

  it('is refused while it is under review', () => {
    given([drafted(), submitted()], facts).when(submit()).refused('resource.wrong-status', { status: 'submitted' });
  });
});

describe('the facts and mandates of a resource', () => {
  const asked = (type: ResourceCommand['type']) => ({ type, data: { resource: RESOURCE } }) as unknown as ResourceCommand;
  const reads = (type: ResourceCommand['type']) => resource.reads?.(asked(type), { status: 'none' }, facts);

  it('are the measure for entries, and the users besides for a change', () => {
    expect(lawFact).toEqual({ fold: policyDecider, id: 'nc-2019' });
    expect((['DraftResource', 'ReviseResource', 'SubmitResource'] as const).map(reads)).toEqual([[lawFact], [lawFact], [lawFact]]);
    expect(reads('RequestChange')).toEqual([lawFact, { set: 'resource-users', key: RESOURCE }]);
    expect(reads('DepartmentReview')).toEqual([]);
  });

  it('let a delegate act for the chief in the department review alone', () => {
    expect(resource.matter?.(asked('DepartmentReview'), { status: 'none' })).toBe('department-review');
    expect(resource.matter?.(asked('OperatorReview'), { status: 'none' })).toBeNull();
  });
});

describe('relations to a resource', () => {
  const relations = (events: Parameters<typeof given>[0], actor: unknown) =>
    relationsToResource(given(events).state, actor as AccountActor);
  const stranger = person('stranger', { organization: 'org-other' });
  const elsewhere = person('operator-2', { organization: 'org-2', operates: ['city-360111'] });
  const county = person('operator-3', { organization: 'org-3', operates: ['county-360100'] });

  it('of nobody to what is not there', () => {
    expect(relations([], writer)).toEqual([]);
    expect(relations([abandoned], writer)).toEqual([]);
  });

  it('of the provider and of the operator of its level and area to a draft', () => {
    expect(relations([drafted()], writer)).toEqual(['provider']);
    expect(relations([drafted()], operator)).toEqual(['operator']);
    const heir = person('heir', { organization: 'org-9', absorbed: ['org-1'], operates: ['county-360111', 'city-360100'] });
    expect(relations([drafted()], heir)).toEqual(['provider', 'operator']);
    expect([stranger, elsewhere, county].map((actor) => relations([drafted()], actor))).toEqual([[], [], []]);
  });

  it('of everybody to what is published, until it is withdrawn', () => {
    expect(relations(inCatalog(), stranger)).toEqual(['listed']);
    expect(relations(inCatalog(), writer)).toEqual(['provider', 'listed']);
    expect(relations(withdrawn, stranger)).toEqual([]);
    expect(relations(withdrawn, operator)).toEqual(['operator']);
  });

  it('of those who are told of a pending change', () => {
    const told = person('user', { organization: 'org-user' });
    expect(relations([...inCatalog(), changeRequested()], told)).toEqual(['listed', 'recipient']);
    const two = changeRequested({ recipients: [recipient('org-2'), recipient('org-user')] });
    expect(relations([...inCatalog(), two], told)).toEqual(['listed', 'recipient']);
    expect(relations([...inCatalog(), changeRequested()], stranger)).toEqual(['listed']);
    expect(relations(inCatalog(), told)).toEqual(['listed']);
  });

  it('of those who were told of one that is over: returned, in effect or a withdrawal', () => {
    const [user, late] = [person('user', { organization: 'org-user' }), person('late', { organization: 'org-late' })];
    const back = { type: 'ResourceChangeReturned', data: { change: 'change-1', comment: 'x' } } as const;
    const added = { type: 'ResourceChangeRecipientAdded', data: { change: 'change-1', recipient: recipient('org-late') } } as const;
    const effect = { ...EFFECT, change: 'change-1', kind: 'update', instant: '2026-02-09T16:00:00.000Z', version: 2 } as const;
    for (const end of [back, { type: 'ResourceChangeTookEffect', data: { ...effect, entry: entryOf() } } as const])
      for (const told of [user, late])
        expect(relations([...inCatalog(), changeRequested(), added, end], told)).toEqual(['listed', 'recipient']);
    const gone = { type: 'ResourceChangeTookEffect', data: { ...effect, kind: 'withdrawal', entry: null } } as const;
    expect(relations([...inCatalog(), changeRequested(), gone], user)).toEqual(['recipient']);
    expect(relations([...inCatalog(), changeRequested(), gone], late)).toEqual([]);
  });
});

describe('the state of a resource', () => {
  const update = { ...EFFECT, change: 'change-1', kind: 'update', instant: '2026-02-09T16:00:00.000Z', version: 2 } as const;
  const stored = { type: 'ResourceContentStored', data: { sha256: SHA, bytes: 10, columns: ['企业名称'], rows: 1 } } as const;
  const inForce = { ...area, code: CODE, version: 1, entry: entryOf(), pending: null, mount: null, content: null, suspended: false, refreshes: 0, mountings: 1, told: [] } as const; // prettier-ignore
  const told = ['org-user'];

  it('begins with nothing, in streams named after the category', () => {
    expect([resource.category, resource.initialState()]).toEqual(['resource', { status: 'none' }]);
  });

  it('knows all who wrote the entry, each once', () => {
    const events = [drafted(), revised(entryOf(), 'other'), revised(entryOf({ title: '名录' }), 'writer')];
    expect(given(events).state).toEqual({ status: 'draft', ...area, entry: entryOf({ title: '名录' }), authors: ['writer', 'other'], code: null, round: 0 }); // prettier-ignore
  });

  it('follows the gates and comes back to its writer', () => {
    const compiled = { ...area, entry: entryOf(), authors: ['writer'], code: CODE, round: 1 };
    expect(given([drafted(), submitted()]).state).toEqual({ status: 'submitted', ...compiled });
    const approved = [drafted(), submitted(), departmentApproved()];
    expect(given(approved).state).toEqual({ status: 'department-approved', ...compiled, reviewer: 'chief' });
    const back = { type: 'OperatorReviewReturned', data: { round: 1, comment: '请补充' } } as const;
    expect(given([...approved, back]).state).toEqual({ status: 'returned', ...compiled });
    expect(given([drafted(), submitted(), returned()]).state).toEqual({ status: 'returned', ...compiled });
  });

  it('is supplied, suspended and resumed in the catalog', () => {
    expect(given(inCatalog()).state).toEqual({ status: 'published', ...inForce });
    const suspended = { type: 'ResourceSupplySuspended', data: { change: null, reason: '泄露' } } as const;
    const refreshed = {
      type: 'ResourceRefreshed',
      data: { ...CYCLE, round: 3, occurredAt: '2026-01-05T01:00:00.000Z', note: null },
    } as const;
    const events = [...inCatalog(), mounted(), stored, refreshed, suspended];
    const supplied = { status: 'published', ...inForce, mount: table, content: SHA, refreshes: 3 };
    expect(given(events).state).toEqual({ ...supplied, suspended: true });
    const resumed = { type: 'ResourceSupplyResumed', data: { reason: '已排除' } } as const;
    expect(given([...events, resumed]).state).toEqual(supplied);
    expect(given([...events, resumed, mounted({ mode: 'table', table: 'new' })]).state).toEqual({ ...supplied, mount: { mode: 'table', table: 'new' }, content: null }); // prettier-ignore
  });

  it('keeps its binding through a change, unless the share mode changed', () => {
    const events = [...inCatalog(), mounted(), stored, changeRequested()];
    const same = { type: 'ResourceChangeTookEffect', data: { ...update, entry: entryOf({ abstract: '新' }) } } as const;
    expect(given([...events, same]).state).toEqual({ status: 'published', ...inForce, told, version: 2, entry: entryOf({ abstract: '新' }), mount: table, content: SHA }); // prettier-ignore
    const other = {
      type: 'ResourceChangeTookEffect',
      data: { ...update, remounting: 2, entry: entryOf({ shareMode: 'file' }) },
    } as const;
    expect(given([...events, other]).state).toEqual({ status: 'published', ...inForce, told, version: 2, entry: entryOf({ shareMode: 'file' }), mountings: 2 }); // prettier-ignore
  });

  it('is withdrawn for good', () => {
    expect(given(withdrawn).state).toEqual({ status: 'withdrawn', ...inForce, told });
    expect(given([...withdrawn, mounted()]).state).toEqual({ status: 'withdrawn', ...inForce, told });
  });

  it('keeps what a pending change has come to', () => {
    const pending = { change: 'change-1', kind: 'update', ground: 'ordinary', effectiveOn: '2026-02-10', entry: entryOf({ abstract: '新增列入日期。' }), requestedBy: 'writer', recipients: [recipient('org-user')], acknowledgedBy: [], objectedBy: [], takesEffectAt: null } as const; // prettier-ignore
    const state = (...events: Parameters<typeof given>[0] & object) => given([...inCatalog(), changeRequested(), ...events]).state;
    const change = 'change-1';
    const organization = area.provider;
    expect(state()).toEqual({ status: 'published', ...inForce, told, pending });
    expect(
      state(
        { type: 'ResourceChangeRecipientAdded', data: { change, recipient: recipient('org-2') } },
        { type: 'ResourceChangeAcknowledged', data: { change, organization } },
        { type: 'ResourceChangeObjected', data: { change, organization, reason: '依赖' } },
        { type: 'ResourceChangeApproved', data: { change, comment: null, takesEffectAt: '2026-02-09T16:00:00.000Z' } },
      ),
    ).toEqual({
      status: 'published',
      ...inForce,
      told: ['org-user', 'org-2'],
      pending: {
        ...pending,
        recipients: [recipient('org-user'), recipient('org-2')],
        acknowledgedBy: [organization],
        objectedBy: [organization],
        takesEffectAt: '2026-02-09T16:00:00.000Z',
      },
    });
    expect(state({ type: 'ResourceChangeReturned', data: { change, comment: '不妥' } })).toEqual({
      status: 'published',
      ...inForce,
      told,
    });
    expect(state(submitted(9))).toEqual({ status: 'published', ...inForce, told, pending });
  });

  it('folds any sequence of events, and what does not fit leaves it as it is', () => {
    const approved = { type: 'ResourceChangeApproved', data: { change: 'change-1', comment: null, takesEffectAt: '2026-02-09T16:00:00.000Z' } } as const; // prettier-ignore
    const events = [drafted(), revised(entryOf()), submitted(), returned(), departmentApproved(), published(), changeRequested(), approved, mounted(), stored, abandoned, ...withdrawn.slice(-1)]; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 15 }), (some) => {
        expect(given(some).state.status).not.toBe('');
      }),
    );
    expect(given([drafted(), departmentApproved()]).state).toEqual(given([drafted()]).state);
    expect(given([drafted(), mounted()]).state).toEqual(given([drafted()]).state);
    expect(given([...inCatalog(), approved]).state).toEqual(given(inCatalog()).state);
    expect(fold(resource, []).status).toBe('none');
    expect([given([submitted()]).state.status, given([abandoned, submitted()]).state.status]).toEqual(['none', 'abandoned']);
  });
});
