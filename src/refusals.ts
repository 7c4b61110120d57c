import { BadConfig } from './infra/config.ts';
import { DirectoryTaken } from './infra/data-directory.ts';
import { StoreUnavailable } from './domain/event-store.ts';
import { ProjectorFailed } from './infra/projector/projector-thread.ts';
import { OtherLog } from './infra/projector/projector.ts';
import { PathFault, pathFaultOf } from './infra/path-fault.ts';
import { CopyRefused, LogDamaged, type CopyRefusal } from './infra/evidence-log.ts';
import { VaultOpenToOthers } from './infra/vault/vault-files.ts';
import { VaultRefused, VaultUnfinished, type VaultRefusal } from './infra/vault/vault-records.ts';
import { Stopped } from './stopping.ts';

/** What an operator asked for does not go, and what would: said in words, without a stack. */
export class Refused extends Error {
  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
    this.name = 'Refused';
  }
}

const ADDRESS = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'];

const COPY: Readonly<Record<CopyRefusal, readonly [string, string]>> = {
  'no-log': ['来源处没有账本。', 'There is no ledger at --from.'],
  same: ['来源与目标是同一本账，只是地址不同。', '--from and --to are one ledger under two addresses.'],
  'other-log': [
    '目标处已有另一本账，请换用空的位置（EventStoreDB 可另取 namespace）。',
    'Another ledger lies at --to. Name an empty place (on EventStoreDB, another namespace).',
  ],
  ahead: [
    '目标中的事件多于来源，来源不是最新的。请核对方向。',
    '--to holds more events than --from. Check which of the two is the later one.',
  ],
  differs: [
    '目标中的事件与来源不同，两者不是同一本账的延续。',
    '--to holds another event than --from: it is no beginning of that ledger.',
  ],
  'in-use': ['有洪账进程正在使用目标账本，请先停止它。', 'A Hongzhang process is using the ledger at --to. Stop it first.'],
  interfered: [
    '复制期间另有进程写入了目标账本。该目标已不可用，请换用空的位置。',
    'Something else wrote to --to meanwhile. That place cannot be used any more: copy to an empty one.',
  ],
  'no-category': [
    '事件所属类别在 EventStoreDB 上不会被编号，可能由更新的版本写入。请用同一版本复制。',
    'An event is of a category that is not sealed on EventStoreDB. A newer version may have written it: copy with that one.',
  ],
  stopped: ['复制已停止，再次运行同一命令即可继续。', 'The copy was stopped. Run the same command again to go on.'],
};

const VAULT: Readonly<Record<VaultRefusal, readonly [string, string]>> = {
  'no-vault': ['来源处没有密钥库。', 'There is no vault at --from.'],
  unfinished: [
    '来源是一次未完成的复制，请先完成它。',
    'What lies at --from is a copy that has not come to its end. Finish that copy first.',
  ],
  same: ['来源与目标是同一个密钥库，只是地址不同。', '--from and --to are one vault under two addresses.'],
  'other-vault': [
    '目标处已有另一密钥库（在空库上运行过 serve 或 init 也会如此）。请换用空的位置，或先清空它。',
    'Another vault lies at --to: a serve or init on an empty one makes it so. Name an empty place, or empty that one.',
  ],
  ahead: [
    '目标中有来源没有的内容，来源不是最新的。请核对方向；若方向无误，请换用空的位置。',
    '--to holds what --from does not. Check which of the two is the later one; if it is --from, copy to an empty place.',
  ],
  differs: [
    '目标与来源的同名记录不同，两者不是同一密钥库的延续。请换用空的位置。',
    '--to holds another record under the same name: it is no beginning of that vault. Copy to an empty place.',
  ],
  unreadable: [
    '内容无法读取，请检查权限与磁盘，再次运行同一命令即可继续。',
    'A content cannot be read. Check rights and disk, then run the same command again to go on.',
  ],
  damaged: ['内容与其哈希不符，请从备份恢复。', 'A content is not what its hash says. Restore it from a backup.'],
  changed: [
    '复制期间密钥库有变动。请停止所有使用它的进程，再次运行同一命令。',
    'A vault has changed meanwhile. Stop everything that uses either and run the same command again.',
  ],
  stopped: ['复制已停止，再次运行同一命令即可继续。', 'The copy was stopped. Run the same command again to go on.'],
};

const wordsForVault = (error: unknown): string | null => {
  if (error instanceof VaultUnfinished)
    return `密钥库是一次未完成的复制，请再次运行 copy-vault 完成它。\nThe vault is a copy that has not come to its end. Run copy-vault again.`;
  if (!(error instanceof VaultRefused)) return null;
  const [zh, en] = VAULT[error.reason];
  if (error.thing === null) return `${zh}\n${en}`;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const thing = `${error.thing.kind} ${error.thing.name}${code === undefined ? '' : `: ${code}`}`;
  return `${zh}（${thing}）\n${en} (${thing})`;
};

const wordsForCopy = (error: unknown): string | null => {
  if (error instanceof CopyRefused) {
    const [zh, en] = COPY[error.reason];
    return error.position === null
      ? `${zh}\n${en}`
      : `${zh}（位置 ${String(error.position)}）\n${en} (position ${String(error.position)})`;
  }
  if (error instanceof LogDamaged)
    return `账本已损坏，请从备份恢复（${error.message}）。\nThe ledger is damaged, restore it from a backup: ${error.message}`;
  return null;
};

/** What says itself, in both languages, what is wrong and what to do. */
const SAID = [Refused, BadConfig, DirectoryTaken, VaultOpenToOthers, PathFault, Stopped];

/** The words for what an operator can mend; null for a bug, which keeps its stack. */
export const wordsFor = (error: unknown): string | null => {
  if (SAID.some((kind) => error instanceof kind)) return (error as Error).message;
  if (error instanceof OtherLog)
    return `视图属于另一本账，请换用空的数据库。\nThese views belong to another log. Name an empty database in READ_STORE.`;
  if (error instanceof StoreUnavailable)
    return `存储服务器没有应答（${error.message}）。\nA store does not answer: ${error.message}`;
  if (error instanceof ProjectorFailed && error.code === 'projection.other-log')
    return `视图属于另一本账，请停止服务后运行 node dist/cli.js rebuild 重建。\n${error.message}`;
  const copying = wordsForCopy(error) ?? wordsForVault(error);
  if (copying !== null) return copying;
  const { code, syscall, address, port } = error as { code?: string; syscall?: string; address?: string; port?: number };
  if (syscall === 'listen' && code !== undefined && ADDRESS.includes(code))
    return `无法监听 ${String(address)}:${String(port)}（${code}），请用 HOST、PORT 指定别的地址。\nCannot listen on ${String(address)}:${String(port)} (${code}). Choose another address with HOST and PORT.`;
  return pathFaultOf(error)?.message ?? null;
};
