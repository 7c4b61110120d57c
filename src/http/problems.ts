import { DOMAIN_PROBLEMS } from './domain-problems.ts';
import type { ProblemRow } from './problem-row.ts';
import { CONTENT_PROBLEMS } from './problems/content.ts';
import { TRANSPORT_PROBLEMS } from './problems/transport.ts';

/** Every code the service can answer with. A test holds it against the codes in the source. */
export const PROBLEMS: Readonly<Record<string, ProblemRow | undefined>> = {
  ...TRANSPORT_PROBLEMS,
  ...CONTENT_PROBLEMS,
  ...DOMAIN_PROBLEMS,
};
