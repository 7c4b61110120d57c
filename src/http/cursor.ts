import { DomainError } from '../domain/decider.ts';
import type { Scalar } from '../projections/filter.ts';

/** What a cursor continues: the place after the last item, at a fixed ledger position or now. */
export type Place = { readonly after: readonly Scalar[]; readonly at: number | null; readonly clock: string };

/**
 * Cursors carry a MAC over their place and over what they were made for (operation, scope, filter, sort): one that was
 * made for another reader or another question is refused (decision 17).
 */
export const writeCursor = (mac: (text: string) => string, question: string, place: Place): string => {
  const body = Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');
  return `${body}.${mac(`${question} ${body}`)}`;
};

export const readCursor = (mac: (text: string) => string, question: string, cursor: string): Place => {
  const [body = '', given = ''] = cursor.split('.', 2);
  if (mac(`${question} ${body}`) !== given) throw new DomainError('query.bad-cursor');
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Place;
};
