import type { FastifyRequest } from 'fastify';
import { DomainError } from '../domain/domain-error.ts';

const IF_MATCH = /^(?:W\/)?"(\d{1,15})"$/;

/** The revision that a request was made about; throws `precondition.malformed` for what is no single revision in quotes. */
export const ifMatchOf = (request: FastifyRequest): number | undefined => {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  const revision = IF_MATCH.exec(header)?.[1];
  if (revision === undefined) throw new DomainError('precondition.malformed');
  return Number(revision);
};
