import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../domain/domain-error.ts';
import type { AccountActor } from '../domain/actor.ts';
import type { AccountId } from '../domain/ids.ts';
import type { HttpDeps, VerifiedToken } from './deps.ts';

type Valid = Extract<VerifiedToken, { ok: true }>;

const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/;
const tokens = new WeakMap<FastifyRequest, Valid>();

const tokenOf = (request: FastifyRequest): Valid => {
  const token = tokens.get(request);
  if (token === undefined) throw new DomainError('token.missing');
  return token;
};

/** The signed-in account of a request; throws `token.missing` (401) where there is none. */
export const accountOf = (request: FastifyRequest): AccountId => tokenOf(request).account;

/** The token a request came with: for signing out. */
export const sessionOf = (request: FastifyRequest): { readonly jti: string; readonly expiresAt: number } => tokenOf(request);

/** The account with the rights it has now. Rights are never in the token (decision 21). */
export const actorOf = async (deps: HttpDeps, request: FastifyRequest): Promise<AccountActor> => {
  const actor = await deps.actorOf(accountOf(request));
  if (actor === null) throw new DomainError('token.unknown-account');
  return actor;
};

/**
 * Checks the token of every request that carries one, before its body is parsed. A bad token is refused even on a
 * public route; a missing one is refused by the routes that need an account.
 */
export const authentication = (app: FastifyInstance, deps: HttpDeps, isPublicRoute: (request: FastifyRequest) => boolean): void => {
  app.addHook('onRequest', async (request) => {
    const header = request.headers.authorization;
    if (header === undefined) {
      if (isPublicRoute(request)) return;
      throw new DomainError('token.missing');
    }
    const token = BEARER.exec(header)?.[1];
    if (token === undefined) throw new DomainError('token.malformed');
    const verified = await deps.verifyToken(token);
    if (!verified.ok) throw new DomainError(`token.${verified.reason}`);
    tokens.set(request, verified);
  });
};
