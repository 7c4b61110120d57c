import { describe, expect, it } from 'vitest';
import type { Sealed } from '../../src/domain/personal.ts';
import { personal } from '../../src/domain/personal.ts';
import { accountView, mandateView } from '../../src/http/account-view.ts';
import { mandates, type MandateDocument } from '../../src/projections/mandates.ts';
import { history } from '../support/events.ts';
import { enrolment } from '../support/offices.ts';
import { project } from '../support/project.ts';

const sealed = (ciphertext: string): Sealed => ({ $enc: { keyId: 'a-1', nonce: '', ciphertext, commitment: '' } });
const open = ({ $enc }: Sealed): Promise<string | null> =>
  Promise.resolve($enc.ciphertext === 'erased' ? null : `opened ${$enc.ciphertext}`);

const documentOf = (part: Parameters<typeof enrolment>[0]): MandateDocument => {
  const log = history();
  log.recorded('account-a-1', 'AccountRegistered', enrolment(part));
  const doc = project(mandates, log.events).get('a-1');
  if (doc === undefined) throw new Error('a registration makes a document');
  return doc;
};
const PUBLIC = {
  id: 'a-1',
  revision: 0,
  status: 'active',
  kind: 'person',
  organization: 'org-1',
  assurance: 'high',
  roles: [],
  proposals: [],
  proposed: 0,
  delegations: [],
  registeredAt: '2026-01-05T01:00:00.000Z',
  disabledAt: null,
};

describe('an account', () => {
  const doc = documentOf({ login: sealed('login'), name: sealed('erased'), phone: sealed('phone') });

  it('shows a list nothing that names a person, not even sealed', () => {
    expect(mandateView(doc)).toEqual(PUBLIC);
  });

  it('shows who may ask the person, without what was erased', async () => {
    expect(await accountView(doc, open)).toEqual({ ...PUBLIC, login: 'opened login', name: null, phone: 'opened phone' });
  });

  it('has no phone where none was given, and never passes on a value that was not sealed', async () => {
    const odd = documentOf({ login: personal('wang.fang', 'a-1'), name: sealed('name') });
    expect(await accountView(odd, open)).toEqual({ ...PUBLIC, login: null, name: 'opened name', phone: null });
  });
});
