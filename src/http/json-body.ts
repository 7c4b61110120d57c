import type { FastifyInstance } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { DomainError } from '../domain/domain-error.ts';

/**
 * A body is JSON in UTF-8 (api.md) and nothing else: other media types are 415, and bytes that are no UTF-8 are refused
 * instead of becoming replacement characters in somebody's name.
 */
export const jsonBodies = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (!isUtf8(body)) {
      done(new DomainError('request.malformed-json'));
      return;
    }
    void parse(request, body.toString('utf8'), done);
  });
};
