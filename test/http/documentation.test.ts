import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PERMISSIONS, type Operation } from '../../src/domain/permission-table.ts';
import {
  commandHeaders,
  describe as describeRoute,
  methodOf,
  pathOf,
  problemAnswers,
  queryProblems,
} from '../../src/http/documentation.ts';
import { problem } from '../../src/http/schemas.ts';

describe('a route of the contract', () => {
  it('becomes method and path', () => {
    expect(methodOf('PUT /resources/{id}/content')).toBe('PUT');
    expect(pathOf('POST /resources/{id}/changes/{changeId}/operator-review')).toBe(
      '/resources/:id/changes/:changeId/operator-review',
    );
    expect(pathOf('GET /catalog')).toBe('/catalog');
  });

  it('can be registered as every row of the permission table writes it', () => {
    for (const operation of Object.keys(PERMISSIONS) as Operation[]) {
      const { route } = PERMISSIONS[operation];
      expect(route).toMatch(/^(GET|POST|PUT|DELETE) (\/([a-z-]+|\{[a-zA-Z]+\}))+$/);
      expect(pathOf(route)).toMatch(/^(\/:?[a-zA-Z-]+)+$/);
      expect(describeRoute(operation, 's', 'R1.1').tags).toEqual([route.split('/')[1]]);
    }
  });
});

describe('what a route says of itself', () => {
  it('names operation, article, who may call it, and what is recorded', () => {
    expect(describeRoute('read-grant-data', 'Data through a grant', 'R14.3')).toEqual({
      operationId: 'read-grant-data',
      summary: 'Data through a grant',
      description: 'R14.3. Allowed: applicant-officer@user, data-chief@user. Operation of R24.2: download. Recorded in the ledger.',
      tags: ['grants'],
      security: [{ bearer: [] }],
    });
    expect(describeRoute('read-me', 'Who am I', 'R13.1').description).toBe('R13.1. Allowed: account@any.');
  });

  it('asks for no token on a public route', () => {
    expect(describeRoute('read-working-days', 's', 'R14.1').security).toEqual([]);
  });

  it('documents If-Match where there is something to match', () => {
    const fields = (rule: 'required' | 'optional' | 'none') => Object.keys(commandHeaders(rule).shape);
    expect(fields('none')).toEqual(['idempotency-key']);
    expect(fields('optional')).toEqual(['idempotency-key', 'if-match']);
    expect(fields('required')).toEqual(['idempotency-key', 'if-match']);
    expect(commandHeaders('required').parse({ host: 'x' })).toEqual({ host: 'x' });
    expect(z.toJSONSchema(commandHeaders('required')).required).toBeUndefined();
  });

  it('lists the refusals: 428 only where If-Match is required', () => {
    expect(Object.keys(problemAnswers(true))).toEqual([
      '400',
      '401',
      '403',
      '404',
      '409',
      '412',
      '413',
      '415',
      '422',
      '428',
      '429',
      '503',
    ]);
    expect(Object.keys(problemAnswers(false))).toEqual([
      '400',
      '401',
      '403',
      '404',
      '409',
      '412',
      '413',
      '415',
      '422',
      '429',
      '503',
    ]);
    expect(Object.keys(queryProblems)).toEqual(['400', '401', '403', '404', '429', '503']);
    for (const { description, content } of Object.values(queryProblems)) {
      expect(content).toEqual({ 'application/problem+json': { schema: problem } });
      expect(description).not.toBe('');
    }
  });
});
