import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Fault } from '../domain/fault.ts';

/** A file under `data/` is not what it should be; the message names the file and every faulty path inside. */
export class BadShippedData extends Error {
  constructor(file: string, faults: readonly Fault[]) {
    super(`data/${file}: ${faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')}`);
    this.name = 'BadShippedData';
  }
}

/** The project's `data/`: two levels up from `src/infra` as from `dist/infra`. */
export const SHIPPED = new URL('../../data/', import.meta.url);

/** Throws `BadShippedData` if there are faults. */
export const refuseFaults = (file: string, faults: readonly Fault[]): void => {
  if (faults.length > 0) throw new BadShippedData(file, faults);
};

const parse = (folder: URL, file: string): unknown => {
  try {
    return JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  } catch (error) {
    throw new BadShippedData(file, [{ path: '', message: String(error) }]);
  }
};

/** Reads a data file by its schema. Throws `BadShippedData`. */
export const readShipped = <T>(folder: URL, file: string, schema: z.ZodType<T>): T => {
  const parsed = schema.safeParse(parse(folder, file));
  if (parsed.success) return parsed.data;
  throw new BadShippedData(
    file,
    parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
};

/** Parts of the schemas of several files. */
export const text = z.string().min(1);
export const date = z.iso.date();
