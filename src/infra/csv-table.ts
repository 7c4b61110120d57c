import { CsvError, parse, type Parser } from 'csv-parse';
import { DomainError } from '../domain/domain-error.ts';
import { holds, shown, type TableQuery } from '../domain/table-query.ts';
import type { ContentStore } from './vault/content-store.ts';

/** Bytes of one record: bounds memory, whatever the file says. */
const MAX_RECORD = 1_048_576;
/** Rows looked at for one page; a rarer match is found by the next page, from where this one stopped. */
const MAX_SCAN = 50_000;

const parserOf = (columns: readonly string[] | true, from: number): Parser =>
  parse({
    bom: from === 0,
    columns: columns === true ? true : [...columns],
    info: true,
    max_record_size: MAX_RECORD,
    skip_empty_lines: true,
  });

type Parsed = { readonly record: Readonly<Record<string, string>>; readonly info: { readonly bytes: number } };

const broken = (error: unknown): never => {
  if (error instanceof CsvError) throw new DomainError('content.csv-broken', { line: (error as { lines?: number }).lines ?? 0 });
  throw error;
};

/** CSV snapshots of tables: UTF-8 with a header row. A page goes on from a byte offset, so that it costs what it shows. */
export const createCsvTables = (contents: Pick<ContentStore, 'size' | 'open'>) => {
  async function* rows(sha256: string, columns: readonly string[] | true, from: number): AsyncGenerator<Parsed> {
    const size = await contents.size(sha256);
    if (from >= size) return;
    const source = contents.open(sha256, from, size - 1);
    const parser = parserOf(columns, from);
    source.on('error', (error) => parser.destroy(error));
    try {
      for await (const row of source.pipe(parser)) yield row as Parsed;
    } finally {
      source.destroy();
    }
  }

  /** Where the rows begin: the byte after the header. */
  const header = async (sha256: string): Promise<{ columns: readonly string[]; offset: number }> => {
    const size = await contents.size(sha256);
    if (size === 0) throw new DomainError('content.csv-broken', { line: 1 });
    const source = contents.open(sha256, 0, Math.min(size, MAX_RECORD) - 1);
    const parser = parse({ bom: true, info: true, to: 1, max_record_size: MAX_RECORD, skip_empty_lines: true });
    for await (const row of source.pipe(parser)) {
      const { record, info } = row as { record: string[]; info: { bytes: number } };
      source.destroy();
      return { columns: record, offset: info.bytes };
    }
    throw new DomainError('content.csv-broken', { line: 1 });
  };

  return {
    /** Columns and number of rows; throws `content.csv-broken` with the line where it is no proper CSV. */
    inspect: async (sha256: string): Promise<{ columns: readonly string[]; rows: number }> => {
      try {
        const { columns } = await header(sha256);
        let count = 0;
        for await (const _ of rows(sha256, true, 0)) count += 1;
        return { columns, rows: count };
      } catch (error) {
        return broken(error);
      }
    },
    /** One page: rows that hold, as they may be shown, and the offset to go on from; null at the end. */
    page: async (sha256: string, query: TableQuery, limit: number, after: number | null) => {
      const { columns, offset } = await header(sha256);
      const from = after ?? offset;
      const items: Readonly<Record<string, string>>[] = [];
      let [scanned, position] = [0, from];
      for await (const { record, info } of rows(sha256, columns, from)) {
        position = from + info.bytes;
        scanned += 1;
        if (holds(query, record)) items.push(shown(query, record));
        if (items.length === limit || scanned === MAX_SCAN)
          return { items, next: position < (await contents.size(sha256)) ? position : null };
      }
      return { items, next: null };
    },
  };
};
export type CsvTables = ReturnType<typeof createCsvTables>;
