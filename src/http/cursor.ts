import { DomainError } from '../domain/domain-error.ts';
import type { Scalar } from '../projections/filter.ts';

/** What a cursor continues: the place after the last item, at a fixed ledger position or now. */
export type Place = { readonly after: readonly Scalar[]; readonly at: number | null; readonly clock: string };

type Mac = (text: string) => string;

/** Two texts compared by their MACs: how long it takes says nothing of either. */
const same = (mac: Mac, a: string, b: string): boolean => mac(a) === mac(b);

/**
 * Cursors carry a MAC over their place and over what they were made for (operation, scope, filter, sort): one that was
 * made for another reader or another question is refused (decision 17).
 */
export const writeCursor = (mac: Mac, question: string, place: Place): string => {
  const body = Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
  return `${body}.${mac(`${question} ${body}`)}`;
};

/** The place that `writeCursor` wrote for this question; throws `query.bad-cursor` for any other text. */
export const readCursor = (mac: Mac, question: string, cursor: string): Place => {
  const end = cursor.indexOf('.');
  const [body, given] = [cursor.slice(0, end), cursor.slice(end + 1)];
  if (end < 0 || !same(mac, mac(`${question} ${body}`), given)) throw new DomainError('query.bad-cursor');
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Place;
};
