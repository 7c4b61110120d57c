/** The address of an EventStoreDB is wrong, or asks for what would lose safety without a word. */
export class BadAddress extends Error {
  /** Each fault by itself. */
  readonly reasons: readonly string[];
  constructor(...faults: readonly string[]) {
    const reasons = faults.map((fault) => `the address of EventStoreDB ${fault}`);
    super(reasons.join('; '));
    this.name = 'BadAddress';
    this.reasons = reasons;
  }
}

/** An address as the client takes it, and the part of the server's stream names that is ours. */
export type Address = { readonly url: string; readonly namespace: string };

/** The client's keys; it only warns of others, and a misspelt `tls` would go by unseen. */
const KEYS = new Set([
  'tls', 'tlscafile', 'usercertfile', 'userkeyfile', 'defaultdeadline', 'keepaliveinterval', 'keepalivetimeout', 'nodepreference',
  'gossiptimeout', 'discoveryinterval', 'maxdiscoverattempts', 'throwonappendfailure', 'connectionname', 'tlsverifycert', 'namespace',
]); // prettier-ignore
const NAMESPACE = /^[a-z0-9]{1,32}$/;

/**
 * Checks `esdb://[user:password@]host[:port][,host…][?key=value…]` (or `esdb+discover://`), and takes our own key out of it:
 * `namespace` sets all stream names apart (`<namespace>.ledger`), so that two logs can live in one cluster.
 * Throws `BadAddress` with all that is wrong where the client would go on without a word: it drops credentials without TLS, it verifies no less
 * for `tlsVerifyCert=false`, and with `throwOnAppendFailure=false` it answers a lost race with an invented revision.
 */
export const parseAddress = (address: string): Address => {
  const found = /^esdb(?:\+discover)?:\/\/(?:(?<user>[^@/?]+)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<query>.*))?$/.exec(address.trim());
  if (found?.groups === undefined) throw new BadAddress('must be esdb://host:port or esdb+discover://host:port');
  const { user, query = '' } = found.groups;
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('=') as [string, string | undefined]);
  const values = new Map(pairs.map(([key, value = '']) => [key.toLowerCase().replaceAll(/[_-]/g, ''), value]));
  const tls = values.get('tls') ?? 'true';
  const namespace = values.get('namespace') ?? '';
  const faults: readonly (readonly [boolean, string])[] = [
    ...[...values.keys()].map((key) => [!KEYS.has(key), `has an unknown key ${key}`] as const),
    [tls !== 'true' && tls !== 'false', 'must say tls=true or tls=false'],
    [tls === 'false' && user !== undefined, 'has credentials, which are not sent without TLS'],
    [values.get('tlsverifycert') === 'false', 'cannot turn verification off: name the authority by tlsCAFile'],
    [(values.get('throwonappendfailure') ?? 'true') !== 'true', 'must leave throwOnAppendFailure on'],
    [values.has('namespace') && !NAMESPACE.test(namespace), 'has a namespace that is not 1 to 32 of a-z and 0-9'],
  ];
  const wrong = faults.flatMap(([isWrong, words]) => (isWrong ? [words] : []));
  if (wrong.length > 0) throw new BadAddress(...wrong);
  const rest = pairs.filter(([key]) => key.toLowerCase() !== 'namespace').map((pair) => pair.join('='));
  const [base = ''] = address.trim().split('?');
  return { url: rest.length === 0 ? base : `${base}?${rest.join('&')}`, namespace };
};
