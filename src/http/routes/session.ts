import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../domain/decider.ts';
import { accountOf, actorOf, sessionOf } from '../authentication.ts';
import type { HttpDeps } from '../deps.ts';
import { answersWith, describe, queryProblems } from '../documentation.ts';
import { NO_FIELDS, text } from '../schemas.ts';

const credentials = z
  .strictObject({ account: text(100), password: z.string().min(1).max(200) })
  .meta({ example: { account: 'wang.fang', password: 'correct horse battery staple' } });

const session = z.strictObject({ accessToken: z.string(), expiresIn: z.int(), account: z.string() });
const me = z.looseObject({ account: z.string(), organization: z.string(), roles: z.array(z.string()) });

/** Signing in and out, and who one is (decision 21). With an outside issuer `/session` is 404. */
export const sessionRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const { signIn, tokens } = deps;
  if (signIn !== null && tokens !== null) {
    app.post('/session', {
      schema: {
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
