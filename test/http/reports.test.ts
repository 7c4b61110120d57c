import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_SCHEMAS } from '../../src/domain/events.ts';
import type { GrantEvent } from '../../src/domain/events/grant.ts';
import { asId, type OrganizationId, type ResourceId } from '../../src/domain/ids.ts';
import { settleOffices, type Offices } from '../support/city-story.ts';
import { openCity, type City } from '../support/city.ts';
import { envelopeOf, uuidOf } from '../support/envelopes.ts';

const MOST = 1_000;
const GRANTS = Array.from({ length: MOST }, (_, n) => uuidOf(`grant ${String(n)}`));

/** A grant as the log has it; a thousand of them over HTTP would take a minute. */
const issued = ({ provider, applicant, operator }: Offices): Extract<GrantEvent, { type: 'GrantIssued' }>['data'] => ({
  origin: 'direct',
  application: null,
  resource: asId<ResourceId>(uuidOf('resource')),
  resourceVersion: 1,
  provider: asId<OrganizationId>(provider),
  user: asId<OrganizationId>(applicant),
  operator: asId<OrganizationId>(operator),
  purpose: '信用核查',
  systemName: '审批平台',
  items: [{ item: '企业名称', rows: null }],
  conditions: null,
  period: { from: '2026-03-02', to: null },
  undertaking: { version: '2019-1', accepted: true },
});

let city: City;
beforeAll(async () => {
  city = await openCity();
  const data = issued(await settleOffices(city));
  const part = { type: 'GrantIssued', schema: EVENT_SCHEMAS['GrantIssued'], at: city.now(), data };
  await Promise.all(
    GRANTS.map((id) => city.service.store.append(`grant-${id}`, [envelopeOf(`grant-${id}`, 0, part)], 'no_stream')),
  );
}, 60_000);
afterAll(() => city.close());

describe('the report of a gateway (R24.2)', () => {
  it('holds a thousand records of as many grants, in one stream', async () => {
    const records = GRANTS.map((grantId, n) => ({
      grantId,
      operation: 'query',
      items: ['企业名称'],
      count: 1,
      outcome: 'completed',
      person: `欧阳${String(n % 20)}`,
      occurredAt: city.now(),
    }));
    const answer = await city.post('gateway', '/accesses', { records });
    expect(answer.status, answer.text.slice(0, 500)).toBe(201);
    const told: unknown[] = [];
    for await (const { data, basis } of city.service.store.readStream(`access-${String(answer.body['id'])}`)) {
      const own = (data as { records: { grant: string }[] }).records.map(({ grant }) => grant);
      told.push(...own);
      const streams = (basis ?? []).flatMap((fact) => ('stream' in fact ? [fact.stream] : []));
      expect(streams.filter((stream) => stream.startsWith('grant-'))).toEqual(own.map((id) => `grant-${id}`));
      expect(streams).toContain(`account-${city.idOf('gateway')}`);
    }
    expect(told).toEqual(GRANTS);
  });
});
