import type { LedgerEvent } from '../../src/domain/ledger-event.ts';
import { all, eq } from '../../src/projections/filter.ts';
import type { Projection } from '../../src/projections/projection.ts';
import { history, type DataOf } from './events.ts';

type Named = { readonly id: string; readonly names: readonly string[]; readonly parent: string | null; readonly note: string };
type Seen = { readonly registered: number };

/** A projection for tests of the engine: single documents, a `where` that changes and adds, a deletion, shared state. */
export const SAMPLE: Projection<Named, Seen> = {
  name: 'sample',
  version: 1,
  history: true,
  fields: { parent: ({ parent }) => parent, names: ({ names }) => names.length },
  indexes: [['parent']],
  text: ({ names }) => names,
  handles: ['OrganizationRegistered', 'OrganizationRenamed', 'OrganizationMerged', 'OrganizationClosed'],
  shared: {
    initial: { registered: 0 },
    evolve: (seen, event) => (event.type === 'OrganizationRegistered' ? { registered: seen.registered + 1 } : seen),
  },
  project: (event, { registered }) => {
    const id = event.stream;
    switch (event.type) {
      case 'OrganizationRegistered':
        return [
          {
            id,
            apply: (doc) => ({
              id,
              names: [...(doc?.names ?? []), event.data.name],
              parent: event.data.parent,
              note: `no. ${String(registered)}`,
            }),
          },
        ];
      case 'OrganizationRenamed':
        return [{ id, apply: (doc) => doc && { ...doc, names: [...doc.names, event.data.name] } }];
      case 'OrganizationMerged':
        return [
          { id, apply: (doc) => doc && { ...doc, note: 'merged' } },
          {
            where: eq('parent', id),
            apply: (doc) => [
              { ...doc, parent: event.data.into },
              { id: `moved-${doc.id}-${String(event.position)}`, names: [], parent: 'moves', note: doc.id },
            ],
          },
          { where: all(eq('parent', 'nobody')), apply: (doc) => [doc] },
        ];
      case 'OrganizationClosed':
        return [{ id, apply: () => undefined }];
      default:
        return [];
    }
  },
};

/** The same with a higher version, told from the older one by its notes. */
export const RAISED: Projection<Named, Seen> = {
  ...SAMPLE,
  version: 2,
  project: (event, seen) =>
    SAMPLE.project(event, seen).map((change) => {
      if (change.id === undefined) return change;
      const apply = (doc: Named | undefined): Named | undefined => {
        const after = change.apply(doc);
        return after && { ...after, note: `raised, ${after.note}` };
      };
      return { id: change.id, apply };
    }),
};

const registration = (name: string, parent: string | null): DataOf<'OrganizationRegistered'> => ({
  name,
  shortName: null,
  aliases: [],
  level: 'city',
  kind: 'department',
  divisionCode: '360100',
  parent: parent as DataOf<'OrganizationRegistered'>['parent'],
  functions: [],
  receivesApplications: false,
  providerCode: null,
  validFrom: null,
});

/** What may happen to one of five organizations, drawn by number: for property tests and for volume. */
export const sampleEvents = (
  draws: readonly (readonly [what: number, who: number, other: number])[],
  people = 5,
): readonly LedgerEvent[] => {
  const log = history();
  for (const [what, who, other] of draws) {
    const stream = `organization-${String(who % people)}`;
    const into = `organization-${String(other % people)}` as DataOf<'OrganizationMerged'>['into'];
    const names = { name: `单位${String(log.events.length)}`, shortName: null, aliases: [] };
    if (what === 0) log.recorded(stream, 'OrganizationRegistered', registration(names.name, other % 3 === 0 ? null : into));
    else if (what === 1)
      log.recorded(stream, 'OrganizationRenamed', {
        ...names,
        effectiveOn: '2026-01-05',
        document: null,
      });
    else if (what === 2)
      log.recorded(stream, 'OrganizationMerged', {
        into,
        effectiveOn: '2026-01-05',
        document: null,
      });
    else if (what === 3)
      log.recorded(stream, 'OrganizationClosed', {
        effectiveOn: '2026-01-05',
        document: null,
        reason: 'test',
      });
    else
      log.recorded(stream, 'OrganizationAbsorbed', {
        from: into,
        effectiveOn: '2026-01-05',
        absorbed: [],
        functions: [],
        operates: [],
      });
  }
  return log.events;
};
