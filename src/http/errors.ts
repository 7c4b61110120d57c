import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { DomainError } from '../domain/domain-error.ts';
import { LedgerUnsealed, RevisionConflict, StoreUnavailable } from '../domain/event-store.ts';
import { faultMessage, issueMessage } from './issue-messages.ts';
import { problemOf } from './problem-table.ts';
import type { Language } from './problem-row.ts';

/** One wrong field. */
export type FieldError = { readonly path: string; readonly message: string };

/** Input that the schemas refuse: every wrong field is named (design rule 7). */
export class InvalidInput extends Error {
  readonly issues: readonly z.core.$ZodIssue[];
  readonly part: string;
  constructor(part: string, issues: readonly z.core.$ZodIssue[]) {
    super('invalid input');
    this.name = 'InvalidInput';
    this.part = part;
    this.issues = issues;
  }
}

/** A client that sends a thousand unknown fields, or one with a name of a megabyte, is not told so at the same length. */
const MOST_ERRORS = 200;
const LONGEST_NAME = 100;

/** `zh` unless the client asks for English before Chinese. */
export const languageOf = (header: string | undefined): Language => {
  const ranked = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: tag.split('-', 1)[0], quality: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ language, quality }) => quality > 0 && (language === 'zh' || language === 'en'))
    .sort((a, b) => b.quality - a.quality);
  return ranked[0]?.language === 'en' ? 'en' : 'zh';
};

/** As clients write it: `items[3].name`. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((out, step) => {
    const name = String(step).slice(0, LONGEST_NAME);
    return typeof step === 'number' ? `${out}[${name}]` : out === '' ? name : `${out}.${name}`;
  }, '');

/** Names each unknown field by itself; unions are named by the branch that came nearest. */
const fieldErrors = (issues: readonly z.core.$ZodIssue[], language: Language, prefix: readonly PropertyKey[] = []): FieldError[] =>
  issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: pathOf([...path, key]), message: issueMessage(issue, language) }));
    if (issue.code === 'invalid_union') {
      const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0];
      if (nearest !== undefined && nearest.length > 0) return fieldErrors(nearest, language, path);
    }
    return [{ path: pathOf(path), message: issueMessage(issue, language) }];
  });

/** What is not a broken rule but the framework's own refusal, by Fastify's code. */
const FRAMEWORK: ReadonlyMap<string, string> = new Map([
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'request.media-type'],
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'request.too-large'],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'request.malformed-json'],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'request.malformed-json'],
]);

const codeOf = (error: Error): { code: string; details: Readonly<Record<string, unknown>> } => {
  if (error instanceof DomainError) return { code: error.code, details: error.details };
  if (error instanceof InvalidInput) return { code: 'request.invalid', details: { part: error.part } };
  if (error instanceof RevisionConflict) return { code: 'stream.conflict', details: {} };
  if (error instanceof LedgerUnsealed) return { code: 'ledger.unsealed', details: {} };
  if (error instanceof StoreUnavailable) return { code: 'ledger.unavailable', details: {} };
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = FRAMEWORK.get(code ?? '');
  if (known !== undefined) return { code: known, details: {} };
  const refused = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return { code: refused ? 'request.malformed' : 'service.fault', details: {} };
};

const errorsOf = (
  error: Error,
  details: Readonly<Record<string, unknown>>,
  language: Language,
): readonly FieldError[] | undefined => {
  if (error instanceof InvalidInput) return fieldErrors(error.issues, language).slice(0, MOST_ERRORS);
  const { errors } = details;
  if (!Array.isArray(errors)) return undefined;
  return (errors as readonly FieldError[]).map(({ path, message }) => ({
    path: path.replaceAll(/\.(\d+)(?=\.|$)/g, '[$1]'),
    message: faultMessage(message, language),
  }));
};

/** The one place where an error becomes an RFC 9457 answer (decision 19). What is not known is a fault: logged whole, told to nobody. */
export const sendProblem = (error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const language = languageOf(request.headers['accept-language']);
  const { code, details } = codeOf(error);
  const problem = problemOf(code, details, language);
  if (problem.status >= 500) request.log.error({ err: error, code }, 'request failed');
  if (problem.status === 503 || problem.status === 429)
    void reply.header('retry-after', String(Number(details['retryAfter'] ?? 1)));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.status === 416) void reply.header('content-range', `bytes */${String(details['size'])}`);
  const errors = errorsOf(error, details, language);
  return (
    reply
      .status(problem.status)
      // A path that cannot be decoded comes here past every hook.
      .header('request-id', request.id)
      .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify({ ...problem, ...(errors === undefined ? {} : { errors }), instance: request.url.slice(0, 500) }))
  );
};
