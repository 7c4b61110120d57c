import { createHash } from 'node:crypto';
import { appendFileSync, createReadStream, createWriteStream, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { answer } from '../answer.ts';
import { synced } from './content-store.ts';
import { isThere } from '../path-fault.ts';
import { eraseFile, privateDirectory, readPrivate, revokedIn, revokedLine, vaultPaths, writeDurably } from './vault-files.ts';
import { VaultRefused, type HeldKind, type RecordKind, type Records, type VaultRecords } from './vault-records.ts';
import { SERVICE_KEYS, vaultName } from './vault.ts';

const listed = (folder: string): readonly string[] => (isThere(folder) ? readdirSync(folder).sort() : []);
/** What a crash left beside the files of a vault has a dot in its name. */
const whole = (name: string): boolean => !name.includes('.');

/** A vault of files as a list of what it holds. Throws `VaultOpenToOthers`. */
export const openFileVaultRecords = (directory: string): VaultRecords => {
  if (isThere(directory)) privateDirectory(directory);
  const paths = vaultPaths(directory);
  const inGroups = (folder: string): readonly string[] =>
    listed(`${directory}/${folder}`).flatMap((group) => listed(`${directory}/${folder}/${group}`).filter(whole));

  const list: Readonly<Record<HeldKind, () => readonly string[]>> = {
    'service-keys': () => SERVICE_KEYS.filter((name) => isThere(paths.service(name))),
    keys: () => inGroups('keys'),
    subjects: () => inGroups('subjects'),
    credentials: () => listed(`${directory}/credentials`).filter(whole),
    'revoked-tokens': () => revokedIn(paths.revoked).map(([jti]) => jti),
    contents: () => inGroups('contents'),
  };
  const pathOf: Readonly<Record<Exclude<RecordKind, 'revoked-tokens'>, (name: string) => string>> = {
    'service-keys': paths.service,
    keys: paths.key,
    subjects: paths.subject,
    credentials: paths.credential,
  };

  const read = (kind: RecordKind, names: readonly string[]): Records => {
    if (kind === 'revoked-tokens') {
      const all = new Map(revokedIn(paths.revoked));
      return new Map(names.flatMap((name) => { const end = all.get(name); return end === undefined ? [] : [[name, Buffer.from(String(end))]]; })); // prettier-ignore
    }
    const found = names.map((name) => [name, readPrivate(pathOf[kind](vaultName(name)))] as const);
    return new Map(found.filter((entry): entry is [string, Buffer] => entry[1] !== undefined));
  };

  const write = (kind: RecordKind, records: Records): void => {
    privateDirectory(directory);
    if (kind !== 'revoked-tokens') {
      for (const [name, value] of records) writeDurably(pathOf[kind](vaultName(name)), value);
      return;
    }
    if (readPrivate(paths.revoked) === undefined) writeDurably(paths.revoked, '');
    const lines = [...records].map(([jti, end]) => revokedLine(jti, Number(end.toString('utf8'))));
    appendFileSync(paths.revoked, lines.join(''), { flush: true });
  };

  /** A key is written before its subject names it: where it is missing, it was erased. */
  const erased = (): ReadonlySet<string> => {
    const named = list.subjects().map((subject) => readPrivate(paths.subject(subject))?.toString('utf8') ?? '');
    return new Set(named.filter((keyId) => !isThere(paths.key(vaultName(keyId)))));
  };

  const putContent = async (sha256: string, bytes: AsyncIterable<Buffer>): Promise<void> => {
    const [path, temporary] = [paths.content(sha256), `${paths.uploads}/copy-${sha256}`];
    for (const folder of [paths.uploads, dirname(path)]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    const hashed = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const part of parts) {
        hash.update(part);
        yield part;
      }
    };
    await pipeline(bytes, hashed, createWriteStream(temporary, { mode: 0o600 }));
    if (hash.digest('hex') !== sha256) {
      rmSync(temporary);
      throw new VaultRefused('damaged', { kind: 'contents', name: sha256 });
    }
    await synced(temporary);
    renameSync(temporary, path);
    await synced(dirname(path));
  };

  return {
    count: (kind) => answer(() => list[kind]().length),
    names: async function* (kind) {
      yield* await answer(list[kind]);
    },
    read: (kind, names) => answer(() => read(kind, names)),
    write: (kind, records) => answer(() => { write(kind, records); }), // prettier-ignore
    erased: () => answer(erased),
    erase: (keyIds) => answer(() => { for (const keyId of keyIds) eraseFile(paths.key(vaultName(keyId))); }), // prettier-ignore
    content: (sha256) => createReadStream(paths.content(sha256)),
    putContent,
    isUnfinished: () => answer(() => isThere(paths.unfinished)),
    markUnfinished: (unfinished) => answer(() => { if (unfinished) writeDurably(paths.unfinished, ''); else rmSync(paths.unfinished, { force: true }); }), // prettier-ignore
    close: () => Promise.resolve(),
  };
};
