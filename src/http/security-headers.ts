import helmet, { type HelmetOptions } from 'helmet';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** What helmet sets under these options: the same at every answer, so it is asked once. */
const headersOf = (options: HelmetOptions): Readonly<Record<string, string>> => {
  const request = new IncomingMessage(new Socket());
  const answer = new ServerResponse(request);
  helmet(options)(request, answer, (error) => {
    if (error !== undefined) throw new Error('helmet refused its options', { cause: error });
  });
  return Object.fromEntries(Object.entries(answer.getHeaders()).map(([name, value]) => [name, String(value)]));
};

const PAGES = headersOf({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } });

/** Nothing in an answer of the API is ever to be shown, framed or kept by what stands between. */
const API = {
  ...headersOf({
    contentSecurityPolicy: { useDefaults: false, directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] } },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  }),
  'cache-control': 'no-store',
};

/** The security headers of an answer, by the path that was asked for. */
export const securityHeaders = (url: string): Readonly<Record<string, string>> => (url.startsWith('/api/') ? API : PAGES);
