import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isServer, type Place } from './infra/config.ts';
import { lockCopied, type Environment } from './infra/copy-locks.ts';
import { readCopyPlaces, type GivenPlaces } from './infra/copy-places.ts';
import { CopyRefused, LogDamaged, type CopyTarget, type EvidenceLog } from './infra/evidence-log.ts';
import { compareViews, copyLog, type Copied, type CopyStage, type OnCopied } from './infra/log-copy.ts';
import { opening, type OnWaiting } from './infra/opening.ts';
import { naming } from './infra/path-fault.ts';
import type { Comparison } from './infra/projector/projection-rebuild.ts';
import { openSqliteCopyTarget, openSqliteEvidence } from './infra/sqlite/evidence-log.ts';
import { openSqliteReadStore } from './infra/sqlite/read-store.ts';
import { showProgress, showWaiting } from './progress-bar.ts';
import { PROJECTIONS } from './projections/index.ts';
import { orStopped, untilSignal } from './stopping.ts';

const STAGES: Readonly<Record<CopyStage, string>> = {
  copy: '复制 copy',
  tree: '核对树 verify tree',
  'views-of-source': '由来源重建视图 rebuild from source',
  'views-of-target': '由目标重建并比较 rebuild from target, compare',
};

const openSource = async (from: Place): Promise<EvidenceLog> =>
  isServer(from) ? (await import('./infra/esdb/evidence-log.ts')).openEsdbEvidence(from) : openSqliteEvidence(from);

const openTarget = async (to: Place, logId: string): Promise<CopyTarget> =>
  isServer(to) ? (await import('./infra/esdb/evidence-log.ts')).openEsdbCopyTarget(to, logId) : openSqliteCopyTarget(to, logId);

type Logs = { readonly source: EvidenceLog; readonly target: CopyTarget };

/** One for each target, so that what a copy that was killed left there is found by the next; nobody else copies there meanwhile. */
const compareFolderOf = (to: Place): { readonly setting: string; readonly folder: string } => {
  if (!isServer(to)) return { setting: '--to', folder: `${to}.comparing` };
  const named = createHash('sha256').update(to.replace(/\/\/[^/]*@/, '//'));
  const name = `hongzhang-copy-${String(userInfo().uid)}-${named.digest('hex').slice(0, 16)}`;
  return { setting: 'TMPDIR', folder: join(tmpdir(), name) };
};

/** Rebuilt in a folder for this user alone, which goes again: views hold what the log holds. */
const compareIn = async (folder: string, { source, target }: Logs, { end }: Copied, onCopied: OnCopied): Promise<Comparison> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const stores = [openSqliteReadStore(`${folder}/source`), openSqliteReadStore(`${folder}/target`)] as const;
  try {
    const compared = await compareViews({ source, target, end }, stores, PROJECTIONS, onCopied);
    if (compared.difference !== null)
      throw new LogDamaged(end, `gives other views: ${JSON.stringify(compared.difference).slice(0, 2_000)}`);
    return compared;
  } finally {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

export type CopyOutcome = Copied & {
  readonly documents: number;
  readonly versions: number;
  /** The last position of the source now; beyond `end` where it has grown. */
  readonly head: number;
  /** Somebody seals the source, so that it may grow at any moment. */
  readonly inUse: boolean;
};

export type CopyOptions = GivenPlaces & {
  readonly environment: Environment;
  readonly onCopied: OnCopied;
  /** Hears of a server that has not answered after some seconds. */
  readonly onWaiting?: OnWaiting;
  /** Stops at once while a store is waited for, else after the chunk that is under way: what was copied is where the next copy goes on. */
  readonly signal?: AbortSignal;
  /** Events in a chunk, where not so many as usual. */
  readonly atOnce?: number;
};

/**
 * Copies the log at one address to another, verifies that both trees are the same, and that both logs give the same views.
 * Rejects with `BadConfig`, `DirectoryTaken`, `CopyRefused`, `LogDamaged`, `PathFault`, or
 * `StoreUnavailable`; stopped while it waits, with the reason of its signal.
 */
export const copyBetween = async ({
  environment,
  onCopied,
  onWaiting = () => undefined,
  signal,
  atOnce,
  ...given
}: CopyOptions): Promise<CopyOutcome> => {
  const { from, to } = await readCopyPlaces('log', given);
  const told: OnCopied = (...progress) => {
    if (signal?.aborted === true) throw new CopyRefused('stopped');
    onCopied(...progress);
  };
  const locks = lockCopied('log', { from, to }, environment);
  const opened: { readonly close: () => Promise<void> }[] = [];
  const open = async <L extends EvidenceLog>(option: string, place: Place, work: () => Promise<L>): Promise<L> => {
    const log = await orStopped(signal, opening(option, place, onWaiting, work));
    opened.push(log);
    return log;
  };
  try {
    const source = await open('--from', from, () => openSource(from));
    const target = await open('--to', to, () => openTarget(to, source.logId));
    if (source.place === target.place) throw new CopyRefused('same');
    // Of files only the target is written to: what a disk has no room for is its.
    const copied = await naming('--to', to, () => copyLog(source, target, told, atOnce));
    const { setting, folder } = compareFolderOf(to);
    const { documents, versions } = await naming(setting, folder, () => compareIn(folder, { source, target }, copied, told));
    return { ...copied, documents, versions, head: await source.head(), inUse: await source.inUse() };
  } finally {
    for (const { close } of opened.reverse()) await close();
    for (const { release } of locks) release();
  }
};

const said = ({ end, held, root, documents, versions }: CopyOutcome): string => {
  const [all, fresh] = [String(end + 1), String(end + 1 - held)];
  return `已复制 ${fresh} 个事件，目标现有 ${all} 个。两本账的树根一致：${root.toString('hex')}
由两本账重建的 ${String(documents)} 个文档、${String(versions)} 个版本逐字节一致。
密钥与内容文件（VAULT）不属于账本，请用 copy-vault 迁移；缺了它们，无人能登录，姓名无法解密。
Copied ${fresh} events; the target holds ${all} now. Both trees have the same root, and views rebuilt from both are the same, byte for byte.
Keys and contents (VAULT) are no part of the log: copy-vault moves them. Without them nobody signs in and no name can be read.`;
};

const GROWING = (
  head: number,
): string => `来源仍在使用中或已增长（现至位置 ${String(head)}）。请停止写入来源的服务，再次运行同一命令。
The source is in use, or has grown (to position ${String(head)}). Stop what writes to it and run the same command again.`;

/** `hongzhang copy-log`: 0 all of the log is copied and verified, 2 so much of it, and the source may go on. */
export const copyLogAsked = async (given: GivenPlaces): Promise<0 | 2> => {
  const told = { onCopied: showProgress(STAGES, Date.now()), onWaiting: showWaiting };
  const outcome = await untilSignal((signal) => copyBetween({ ...given, ...told, environment: process.env, signal }));
  console.log(said(outcome));
  if (outcome.head === outcome.end && !outcome.inUse) return 0;
  console.error(GROWING(outcome.head));
  return 2;
};
