/**
 * The categories of our streams (docs/decisions/0002): what the sequencer asks the server for. An event of any other would
 * never get a position, so an append to one is refused (and a test compares this list with the deciders').
 */
export const CATEGORIES: readonly string[] = [
  'access', 'account', 'application', 'code', 'grant', 'login', 'notice', 'operator', 'organization', 'policy', 'reaction', 'resource',
]; // prettier-ignore
