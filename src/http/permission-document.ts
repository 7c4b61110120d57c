import { ROLES } from '../domain/events/account.ts';
import { PERMISSIONS, type Operation } from '../domain/permission-table.ts';
import { RELATIONS } from '../domain/relation.ts';
import { OPERATION_NAMES, RELATION_NAMES, ROLE_NAMES } from './terms.ts';

const COLUMNS = ['public', 'account', ...ROLES] as const;
const OPERATIONS = Object.keys(PERMISSIONS) as Operation[];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

/** The answer to a signed-in account without a cell. A read is asked for its scope, a command for its permission. */
const refusal = (operation: Operation): string => {
  const { route, allow, seenBy } = PERMISSIONS[operation];
  if (seenBy !== null) return `404, or 403 to those whom \`${seenBy}\` lets see it`;
  if (allow.some((cell) => cell === 'public@any' || cell === 'account@any')) return '';
  if (!route.startsWith('GET') || allow.every((cell) => cell.endsWith('@any'))) return '403';
  return route.includes('{') ? '404' : '403 without a role; of a single thing 404';
};

const routeRow = (operation: Operation): readonly string[] => {
  const { route, operation: kind, recorded } = PERMISSIONS[operation];
  return [
    `\`${operation}\``,
    `\`${route}\``,
    kind === null ? '' : `${OPERATION_NAMES[kind]} \`${kind}\``,
    recorded ? 'yes' : '',
    refusal(operation),
  ];
};

const cellsOf = (operation: Operation): readonly (readonly string[])[] =>
  PERMISSIONS[operation].allow.map((cell) => cell.split('@'));

const whoRow = (operation: Operation): readonly string[] => [
  `\`${operation}\``,
  ...COLUMNS.map((column) =>
    cellsOf(operation)
      .filter(([who]) => who === column)
      .map(([, relation]) => `\`${relation ?? ''}\``)
      .join(' '),
  ),
];

/** `docs/permissions.md`: who may do what, as the permission table has it (R24.1, R24.2). */
export const permissionDocument = (): string => `# Permissions

Written by \`npm run docs\` from \`src/domain/permission-table.ts\`; do not edit.

A cell of the second table is a relation in which the role of its column must stand to the thing; \`any\` asks for none.
One cell that fits is enough. A list shows what stands in one of the reader's relations to it, and everything to a reader
with \`any\`. The rules of an operation (not the applicant's own check, not the author's own review) come after the table.

Of an announced change, who was told of it and what they said is shown whole to those who read the applications for the
entry as provider, operator or supervisor. A department that was told is shown its own rows, everybody else none.

Rights are folded from the log at each request: a role counts while its term runs, in the organization of the account. An
organization stands for those that were merged into it (R2.1): an account belongs to its own and to each of these.

## Relations

${table(
  ['Relation', '', 'The actor'],
  [...RELATIONS, 'any' as const].map((relation) => [`\`${relation}\``, RELATION_NAMES[relation], MEANING[relation]]),
)}

## Routes

*R24.2*: which of the eight operations it is. *Recorded*: in the ledger; a read before its first byte. *Refused*: the
answer to a signed-in account without a cell; 404 where it may not even see the thing. Without sign-in it is 401.

${table(['Operation', 'Route', 'R24.2', 'Recorded', 'Refused'], OPERATIONS.map(routeRow))}

## Who

${table(['Operation', ...COLUMNS.map((column) => `${ROLE_NAMES[column]} \`${column}\``)], OPERATIONS.map(whoRow))}
`;

const MEANING: Readonly<Record<keyof typeof RELATION_NAMES, string>> = {
  any: 'need not stand in a relation to it',
  own: 'belongs to the organization that the thing is, is of, or will be of',
  self: 'is the account itself',
  provider: "belongs to the resource's providing department",
  applicant: 'belongs to the applying department',
  user: 'belongs to the department that holds the grant',
  operator: 'belongs to the platform operator of its level and area',
  recipient: 'belongs to a department that was told of the change',
  debtor: 'belongs to the organization that owes the duty',
  listed: 'is anyone, once the entry is published',
};
