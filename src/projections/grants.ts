import { idOf } from '../domain/envelope.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Undertaking } from '../domain/events/application.ts';
import type { GrantedItem } from '../domain/events/grant.ts';
import type { ApplicationId, GrantId, OrganizationId, ResourceId } from '../domain/ids.ts';
import type { CivilDate, Instant } from '../domain/time.ts';
import type { Change, Projection } from './projection.ts';

export type GrantDocument = {
  readonly id: GrantId;
  readonly revision: number;
  readonly origin: 'direct' | 'reply';
  readonly application: ApplicationId | null;
  readonly resource: ResourceId;
  readonly resourceVersion: number;
  readonly provider: OrganizationId;
  readonly user: OrganizationId;
  readonly operator: OrganizationId | null;
  readonly purpose: string;
  readonly systemName: string;
  readonly items: readonly GrantedItem[];
  readonly conditions: string | null;
  readonly period: { readonly from: CivilDate; readonly to: CivilDate | null };
  readonly undertaking: Undertaking;
  readonly issuedAt: Instant;
  readonly suspended: { readonly reason: string; readonly at: Instant } | null;
  readonly revoked: { readonly reason: string; readonly at: Instant } | null;
};

const change = (event: LedgerEvent, apply: (doc: GrantDocument) => GrantDocument): Change<GrantDocument> => ({
  id: idOf(event.stream),
  apply: (doc) => doc && { ...apply(doc), revision: event.revision },
});

const project = (event: LedgerEvent): readonly Change<GrantDocument>[] => {
  switch (event.type) {
    case 'GrantIssued': {
      const id = idOf(event.stream) as GrantId;
      const issued = { id, revision: event.revision, ...event.data, issuedAt: event.at, suspended: null, revoked: null };
      return [{ id, apply: () => issued }];
    }
    case 'GrantSuspended':
      return [change(event, (doc) => ({ ...doc, suspended: { reason: event.data.reason, at: event.at } }))];
    case 'GrantResumed':
      return [change(event, (doc) => ({ ...doc, suspended: null }))];
    case 'GrantRevoked':
      return [change(event, (doc) => ({ ...doc, revoked: { reason: event.data.reason, at: event.at } }))];
    default:
      return [];
  }
};

/** Rights to use data (R11.2, R14.3). Whether one is live is judged by the clock (decision 9). */
export const grants: Projection<GrantDocument> = {
  name: 'grants',
  version: 1,
  history: true,
  fields: {
    user: ({ user }) => user,
    provider: ({ provider }) => provider,
    operator: ({ operator }) => operator,
    resource: ({ resource }) => resource,
    application: ({ application }) => application,
    suspended: ({ suspended }) => suspended !== null,
    revoked: ({ revoked }) => revoked !== null,
    from: ({ period }) => period.from,
    to: ({ period }) => period.to,
  },
  indexes: [['user'], ['provider'], ['operator'], ['resource', 'revoked'], ['application']],
  handles: ['GrantIssued', 'GrantSuspended', 'GrantResumed', 'GrantRevoked'],
  project,
};
