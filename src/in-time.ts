import type { HttpDeps } from './http/deps.ts';
import { inTime } from './infra/command-budget.ts';

/** Whether a token was signed out, before anything is decided or read. Milliseconds. */
const TOKEN = { budget: 1_000, answers: 1_000 };
/** Reads of a view, which may count and group much. Milliseconds. */
const READS = { budget: 10_000, answers: 10_000 };
/** How long a request waits for a view, where its route would wait longer. Milliseconds. */
const VIEW = 3_900;

/**
 * The same where stores are servers, with an end to each thing that a request waits for: whichever of them hangs, a
 * command is answered within the 5 s of decision 6 (its read store tells within 4 s where a view stands), and a query
 * within 11 s. Data takes as long as its bytes.
 */
export const answeringInTime = (deps: HttpDeps): HttpDeps => {
  const { readStore, signIn, tokens } = deps;
  return {
    ...deps,
    execute: (request) => inTime(() => deps.execute(request)),
    verifyToken: (token) => inTime(() => deps.verifyToken(token), TOKEN),
    actorOf: (account) => inTime(() => deps.actorOf(account)),
    signIn: signIn === null ? null : (...given) => inTime(() => signIn(...given)),
    tokens: tokens === null ? null : { ...tokens, revoke: (...given) => inTime(() => tokens.revoke(...given)) },
    openPersonal: (sealed) => inTime(() => deps.openPersonal(sealed)),
    readStore: { ...readStore, snapshot: (projection, use) => inTime(() => readStore.snapshot(projection, use), READS) },
    waitFor: (view, position, timeoutMs) => deps.waitFor(view, position, Math.min(timeoutMs, VIEW)),
  };
};
