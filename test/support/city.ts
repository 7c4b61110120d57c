import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect } from 'vitest';
import type { Operation } from '../../src/domain/permission-table.ts';
import type { AccountId } from '../../src/domain/ids.ts';
import { millisecondsOf, instantOf, type Instant } from '../../src/domain/time.ts';
import { readConfig } from '../../src/infra/config.ts';
import { createLogger } from '../../src/infra/logging.ts';
import { readNotices } from '../../src/infra/shipped-law.ts';
import { beginLedger } from '../../src/init.ts';
import { openService, type Service, type ServiceOptions } from '../../src/main.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Record<string, unknown>;
  readonly text: string;
};
/** One command as it was sent, with its answer: for sending it again. */
export type Sent = {
  readonly operation: Operation;
  readonly who: string;
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly answer: Answer;
};
type More = { readonly ifMatch?: number; readonly key?: string; readonly headers?: Readonly<Record<string, string>> };

export const CITY_PASSWORD = 'a password of the tests';
const CHEAP = { N: 1_024, r: 8, p: 1 };

/** The service in this process, on a directory of its own and a clock that the test moves; people by name. `onSent` runs after every command. */
export const openCity = async (
  onSent: (sent: Sent, again: () => Promise<Answer>) => Promise<void> = async () => {},
  environment: Readonly<Record<string, string>> = {},
  draw: Pick<ServiceOptions, 'random' | 'uuid'> = {},
) => {
  const directory = mkdtempSync(`${tmpdir()}/hongzhang-city-`);
  let now: Instant = '2026-03-02T01:00:00.000Z';
  const clock = { now: (): Instant => now };
  const service: Service = await openService(readConfig({ DATA_DIR: directory, ...environment }), {
    clock,
    logger: createLogger('error'),
    passwordCost: CHEAP,
    ...draw,
  });
  const person = (login: string) => ({ login, name: login, password: CITY_PASSWORD });
  const begun = await beginLedger(service, {
    administrators: [person('admin-1'), person('admin-2')],
    leadOfficers: [person('lead-1'), person('lead-2')],
    notices: readNotices(),
  });
  const accounts = new Map<string, AccountId>([
    ['admin-1', begun.administrators[0]],
    ['admin-2', begun.administrators[1]],
    ['lead-1', begun.leadOfficers[0]],
    ['lead-2', begun.leadOfficers[1]],
  ]);
  const sent: Sent[] = [];
  let keys = 0;

  const idOf = (who: string): AccountId => {
    const account = accounts.get(who);
    if (account === undefined) throw new Error(`nobody is ${who}`);
    return account;
  };
  const tokenOf = (who: string): Promise<string> => service.tokens.issue(idOf(who));

  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    headers: Readonly<Record<string, string>> = {},
    payload?: string,
  ): Promise<Answer> => {
    const answered = await service.app.inject({
      method,
      url,
      headers: { ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = /json/.test(String(answered.headers['content-type']));
    return {
      status: answered.statusCode,
      headers: answered.headers as Record<string, string>,
      body: isJson && answered.body !== '' ? (JSON.parse(answered.body) as Record<string, unknown>) : {},
      text: answered.body,
    };
  };
  const authorization = async (who: string): Promise<Record<string, string>> => ({ authorization: `Bearer ${await tokenOf(who)}` });

  /** A command over HTTP, whatever it answers. */
  const post = async (who: string, path: string, body: unknown, { ifMatch, key, headers }: More = {}): Promise<Answer> =>
    ask(
      'POST',
      `/api/v1${path}`,
      {
        ...(await authorization(who)),
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
        ...headers,
      },
      JSON.stringify(body),
    );

  const remember = async (
    operation: Operation,
    who: string,
    request: Omit<Sent, 'operation' | 'who' | 'answer'>,
  ): Promise<Answer> => {
    const send = async (): Promise<Answer> =>
      ask(request.method, request.url, { ...request.headers, ...(await authorization(who)) }, request.payload);
    const answer = await send();
    expect(answer.status, `${request.url}: ${answer.text}`).toBeLessThan(300);
    const command = { operation, who, ...request, answer };
    sent.push(command);
    await onSent(command, send);
    return answer;
  };
  /** Sends a command of before once more. */
  const again = async ({ who, method, url, headers, payload }: Sent): Promise<Answer> =>
    ask(method, url, { ...headers, ...(await authorization(who)) }, payload);
  const nextKey = (): string => `key-${String((keys += 1))}`;

  /** A command that must succeed; it is remembered under a key of its own. */
  const act = (operation: Operation, who: string, path: string, body: unknown, ifMatch?: number): Promise<Answer> =>
    remember(operation, who, {
      method: 'POST',
      url: `/api/v1${path}`,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': nextKey(),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
      },
      payload: JSON.stringify(body),
    });

  /** Uploads a whole content in one chunk. */
  const upload = (who: string, resource: string, content: string): Promise<Answer> => {
    const size = Buffer.byteLength(content);
    return remember('store-content', who, {
      method: 'PUT',
      url: `/api/v1/resources/${resource}/content`,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `bytes 0-${String(size - 1)}/${String(size)}`,
        'idempotency-key': nextKey(),
      },
      payload: content,
    });
  };

  /** Reads what has reached the end of the log. */
  const get = async (who: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const { position } = await service.store.head();
    return ask('GET', `/api/v1${path}`, { 'ledger-position': String(position), ...(await authorization(who)), ...headers });
  };

  /** Reads every page of a list. */
  const all = async (who: string, path: string): Promise<Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = [];
    let cursor: string | null = null;
    do {
      const page = `${path}${path.includes('?') ? '&' : '?'}limit=7${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const { status, body, text } = await get(who, page);
      if (status !== 200) throw new Error(`GET ${page} answered ${String(status)}: ${text}`);
      items.push(...(body['items'] as Record<string, unknown>[]));
      cursor = body['nextCursor'] as string | null;
    } while (cursor !== null);
    return items;
  };

  const organization = async (name: string, facts: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const body = { name, level: 'city', kind: 'department', divisionCode: '360100', ...facts };
    return String((await act('register-organization', 'admin-1', '/organizations', body)).body['id']);
  };

  /** A person with roles; sensitive ones confirmed by the second administrator. */
  const hire = async (who: string, home: string, roles: readonly string[], kind = 'person'): Promise<AccountId> => {
    const body = {
      login: who,
      password: CITY_PASSWORD,
      name: `姓名${who}`,
      phone: '13800000000',
      organization: home,
      kind,
      assurance: 'high',
    };
    const id = String((await act('register-account', 'admin-1', '/accounts', body)).body['id']) as AccountId;
    accounts.set(who, id);
    const proposed = await act('propose-roles', 'admin-1', `/accounts/${id}/roles`, { roles });
    if ((proposed.body['events'] as string[]).includes('RolesProposed'))
      await act('confirm-roles', 'admin-2', `/accounts/${id}/roles/confirm`, { proposal: 1 });
    return id;
  };

  return {
    directory,
    service,
    sent,
    ask,
    post,
    act,
    again,
    upload,
    get,
    all,
    organization,
    hire,
    idOf,
    tokenOf,
    authorization,
    people: () => [...accounts.keys()],
    organizations: begun.organizations,
    now: () => now,
    /** Sets the clock; it never goes back. */
    at: (instant: Instant): void => {
      if (instant < now) throw new Error(`the clock is at ${now} already`);
      now = instant;
    },
    pass: (minutes: number): void => {
      now = instantOf(millisecondsOf(now) + minutes * 60_000);
    },
    close: async (): Promise<void> => {
      await service.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

export type City = Awaited<ReturnType<typeof openCity>>;
