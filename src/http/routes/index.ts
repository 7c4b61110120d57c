import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '../deps.ts';
import { jsonBodies } from '../json-body.ts';
import { accountRoutes } from './accounts.ts';
import { applicationRoutes } from './applications.ts';
import { catalogRoutes } from './catalog.ts';
import { contentRoutes } from './contents.ts';
import { eventRoutes } from './events.ts';
import { grantRoutes } from './grants.ts';
import { lawRoutes } from './law.ts';
import { obligationRoutes } from './obligations.ts';
import { organizationRoutes } from './organizations.ts';
import { resourceRoutes } from './resources.ts';
import { sessionRoutes } from './session.ts';

/** One plugin per area of the contract, after how bodies are read. */
export const ROUTES: readonly ((app: FastifyInstance, deps: HttpDeps) => void)[] = [
  jsonBodies,
  sessionRoutes,
  organizationRoutes,
  accountRoutes,
  lawRoutes,
  resourceRoutes,
  contentRoutes,
  catalogRoutes,
  applicationRoutes,
  grantRoutes,
  obligationRoutes,
  eventRoutes,
];
