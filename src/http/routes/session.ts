import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../domain/domain-error.ts';
import { accountOf, actorOf, sessionOf } from '../authentication.ts';
import type { HttpDeps } from '../deps.ts';
import { answersWith, describe, queryProblems } from '../documentation.ts';
import { NO_FIELDS, text } from '../schemas.ts';

const ACCOUNT = '9a531b7e-8c1d-5e0f-b4a2-1f0e5c553f0e';
const credentials = z
  .strictObject({ account: text(100), password: z.string().min(1).max(200) })
  .meta({ example: { account: 'wang.fang', password: 'correct horse battery staple' } });

const session = z
  .strictObject({ accessToken: z.string(), expiresIn: z.int(), account: z.string() })
  .meta({ example: { accessToken: 'eyJhbGciOiJFZERTQSJ9.e30.AA', expiresIn: 900, account: ACCOUNT } });
const me = z
  .looseObject({ account: z.string(), organization: z.string(), roles: z.array(z.string()) })
  .meta({ example: { account: ACCOUNT, organization: '5c1f0b0e-3f0e-5c55-9a53-6a7c1d2f0a11', roles: ['data-chief'] } });

/** Signing in and out, and who one is (decision 21). With an outside issuer `/session` is 404. */
export const sessionRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const { signIn, tokens } = deps;
  if (signIn !== null && tokens !== null) {
    app.post('/session', {
      schema: {
        operationId: 'sign-in',
        summary: 'Sign in',
        description: 'R24.1',
        tags: ['session'],
        security: [],
        querystring: NO_FIELDS,
        body: credentials,
        response: answersWith('A token for fifteen minutes', session),
      },
      handler: async (request, reply) => {
        const { account, password } = request.body as z.output<typeof credentials>;
        const answer = await signIn(account, password, request.ip);
        if (!('refused' in answer)) return reply.send(answer);
        throw answer.refused === 'wrong'
          ? new DomainError('session.wrong')
          : new DomainError('session.throttled', { retryAfter: answer.retryAfter });
      },
    });
    app.delete('/session', {
      schema: {
        operationId: 'sign-out',
        summary: 'Sign out',
        description: 'R24.1',
        tags: ['session'],
        security: [{ bearer: [] }],
        querystring: NO_FIELDS,
        response: { 204: z.undefined().meta({ description: 'The token is good for nothing any more' }), ...queryProblems },
      },
      handler: async (request, reply) => {
        accountOf(request);
        const { jti, expiresAt } = sessionOf(request);
        await tokens.revoke(jti, expiresAt);
        return reply.status(204).send();
      },
    });
  }
  app.get('/me', {
    schema: {
      ...describe('read-me', 'Who am I, and which mandates have I now', 'R13.1'),
      querystring: NO_FIELDS,
      response: answersWith('The account with the rights it has now', me),
    },
    handler: async (request, reply) => reply.send(await actorOf(deps, request)),
  });
};
