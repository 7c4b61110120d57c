/** A query's options, as they stand in an address. */
const optionsOf = (query: string): readonly string[] => query.split('&').filter((option) => option !== '');
/** A key that may be repeated: nothing that could be a part of a password. */
const KEY = /^[A-Za-z]{1,40}$/;

/**
 * What of an address its driver refuses, in our words: drivers quote what they could not read, which may be a password.
 * `accepts` asks the driver; `plain` is an address without options that it takes. Options are asked for one by one, so that each wrong one is named.
 */
export const refusedParts = (address: string, plain: string, accepts: (address: string) => boolean): readonly string[] => {
  if (accepts(address)) return [];
  const [base = '', query = ''] = address.split('?');
  const faults: string[] = [];
  const whole = accepts(base);
  if (!whole) faults.push('has a host, port, database, name or password that the driver does not take');
  for (const option of optionsOf(query)) {
    if (accepts(`${whole ? base : plain}?${option}`)) continue;
    const [key = ''] = option.split('=');
    faults.push(`has an option ${KEY.test(key) ? key : '(unnamed)'} that the driver does not take, or not with this value alone`);
  }
  return faults.length > 0 ? faults : ['has options that the driver does not take together'];
};
