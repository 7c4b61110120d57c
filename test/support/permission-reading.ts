import { readFileSync } from 'node:fs';

/** What `docs/permissions.md` says of one operation, read as a person would: no code of the service is asked. */
export type ReadPermission = {
  readonly operation: string;
  readonly route: string;
  readonly recorded: boolean;
  /** The operation that decides whether the thing may be seen at all; null where the refusal is a plain 403. */
  readonly seenBy: string | null;
  /** By role, `account` or `public`: the relations of its cell, among them perhaps `any`. */
  readonly who: Readonly<Record<string, readonly string[]>>;
};

const ticked = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? '');

const tableUnder = (text: string, heading: string): readonly (readonly string[])[] => {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  return (section.split('\n## ', 1)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| ---'))
    .map((line) => line.slice(1, -1).split('|'));
};

/** The permission table as the document has it. */
export const readPermissions = (): readonly ReadPermission[] => {
  const text = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
  const [, ...routes] = tableUnder(text, 'Routes');
  const [head = [], ...who] = tableUnder(text, 'Who');
  const columns = head.slice(1).map((cell) => ticked(cell)[0] ?? '');
  return routes.map(([name = '', route = '', , recorded = '', refused = ''], row) => {
    const [operation = ''] = ticked(name);
    const [other = '', ...cells] = who[row] ?? [];
    if (ticked(other)[0] !== operation) throw new Error(`row ${String(row)}: ${operation} and ${other}`);
    return {
      operation,
      route: ticked(route)[0] ?? '',
      recorded: recorded.trim() === 'yes',
      seenBy: ticked(refused)[0] ?? null,
      who: Object.fromEntries(columns.map((column, index) => [column, ticked(cells[index] ?? '')])),
    };
  });
};
