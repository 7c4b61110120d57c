import { isSealed, type Personal, type Sealed } from '../domain/personal.ts';
import type { MandateDocument } from '../projections/mandates.ts';

/** Gives the plain text of a sealed value; null once its key is erased. */
export type Open = (sealed: Sealed) => Promise<string | null>;
type WithoutPersons = Omit<MandateDocument, 'login' | 'name' | 'phone'>;
export type AccountView = WithoutPersons & {
  readonly login: string | null;
  readonly name: string | null;
  readonly phone: string | null;
};

/** An account as a list shows it: nothing that names a person. */
export const mandateView = ({ login: _login, name: _name, phone: _phone, ...rest }: MandateDocument): WithoutPersons => rest;

/** An account with its personal fields opened (decision 16); a field whose key is erased is null. */
export const accountView = async (doc: MandateDocument, open: Open): Promise<AccountView> => {
  const opened = async (value: Personal | null): Promise<string | null> =>
    value !== null && isSealed(value) ? await open(value) : null;
  const [login, name, phone] = await Promise.all([opened(doc.login), opened(doc.name), opened(doc.phone)]);
  return { ...mandateView(doc), login, name, phone };
};
