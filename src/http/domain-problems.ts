import type { ProblemRow } from './problem-row.ts';
import { ACCOUNT_PROBLEMS } from './problems/account.ts';
import { APPLICATION_PROBLEMS } from './problems/application.ts';
import { GRANT_PROBLEMS } from './problems/grant.ts';
import { LAW_PROBLEMS } from './problems/law.ts';
import { ORGANIZATION_PROBLEMS } from './problems/organization.ts';
import { RESOURCE_PROBLEMS } from './problems/resource.ts';

/** What the rules refuse: 409 for a state or a race, 422 for a rule, 403 for a missing mandate (decision 19). */
export const DOMAIN_PROBLEMS: Readonly<Record<string, ProblemRow | undefined>> = {
  ...ORGANIZATION_PROBLEMS,
  ...ACCOUNT_PROBLEMS,
  ...RESOURCE_PROBLEMS,
  ...APPLICATION_PROBLEMS,
  ...GRANT_PROBLEMS,
  ...LAW_PROBLEMS,
};
