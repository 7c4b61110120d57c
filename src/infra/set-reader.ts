import type { Clock, ReadSet } from '../domain/command-port.ts';
import type { SetMembers, SetName } from '../domain/decider.ts';
import { StoreUnavailable } from '../domain/event-store.ts';
import { civilDateOf } from '../domain/time.ts';
import { applications, type ApplicationDocument } from '../projections/applications.ts';
import { eq, type Filter } from '../projections/filter.ts';
import { grants, type GrantDocument } from '../projections/grants.ts';
import { instants, type InstantDocument } from '../projections/instants.ts';
import { obligations } from '../projections/obligations.ts';
import type { ObligationDocument } from '../projections/obligation-document.ts';
import type { Document, Projection } from '../projections/projection.ts';
import type { ReadStore } from '../projections/read-store.ts';
import { openOf, replyClock } from '../projections/reply-clocks.ts';
import { userByApplication, userByGrant, usingGrants, waitingApplications } from '../projections/resource-users.ts';

type Deps = {
  readonly readStore: ReadStore;
  readonly clock: Clock;
  readonly waitFor: (projection: string, position: number, timeoutMs: number) => Promise<boolean>;
};

type SetReading<N extends SetName> = (
  key: string,
  atLeast: number,
) => Promise<{ readonly members: readonly SetMembers[N][]; readonly position: number }>;

const WAIT = 5_000;
const PAGE = 200;

/** Sets that decisions read, each from a view that has caught up with the head the command saw (decision 7). */
export const createSetReader = ({ readStore, clock, waitFor }: Deps): ReadSet => {
  const everything = async <Doc extends Document>(
    projection: Projection<Doc>,
    filter: Filter,
    atLeast: number,
  ): Promise<{ items: Doc[]; position: number }> => {
    if (!(await waitFor(projection.name, atLeast, WAIT)))
      throw new StoreUnavailable(`${projection.name} has not reached ${String(atLeast)}`);
    return readStore.snapshot(projection, async (view) => {
      const items: Doc[] = [];
      for (let after: readonly (string | number | boolean | null)[] | undefined; ;) {
        const page = await view.find<Doc>({ filter, limit: PAGE, ...(after === undefined ? {} : { after }) });
        items.push(...page.items);
        if (!page.more || page.last === null) return { items, position: view.position };
        after = page.last;
      }
    });
  };
  const usersOf = async (resource: string, atLeast: number) => {
    const granted = await everything<GrantDocument>(grants, usingGrants(resource, civilDateOf(clock.now())), atLeast);
    const waiting = await everything<ApplicationDocument>(applications, waitingApplications(resource), atLeast);
    const members = [...granted.items.map(userByGrant), ...waiting.items.map(userByApplication)];
    return { members, position: Math.min(granted.position, waiting.position) };
  };
  const replyClocksOf = async (application: string, atLeast: number) => {
    const { items, position } = await everything<ObligationDocument>(obligations, openOf(application), atLeast);
    return { members: items.flatMap(replyClock), position };
  };
  const mergersInto = async (organization: string, atLeast: number) => {
    const { items, position } = await everything<InstantDocument>(instants, eq('into', organization), atLeast);
    return { members: items.map(({ due }) => ({ organization: due.subject })), position };
  };
  const readers: { readonly [N in SetName]: SetReading<N> } = {
    'resource-users': usersOf,
    'reply-clocks': replyClocksOf,
    'announced-mergers': mergersInto,
  };
  return (set, key, atLeast) => readers[set](key, atLeast);
};
