import { BadConfig } from './infra/config.ts';
import { DirectoryTaken } from './infra/data-directory.ts';
import { StoreUnavailable } from './domain/event-store.ts';
import { ProjectorFailed } from './infra/projector-thread.ts';
import { OtherLog } from './infra/projector.ts';

/** What an operator asked for does not go, and what would: said in words, without a stack. */
export class Refused extends Error {
  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
    this.name = 'Refused';
  }
}

const ADDRESS = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'];
/** What SQLite says of a file that is no database, or no longer a whole one. */
const UNREADABLE = /file is not a database|database disk image is malformed/;

export const isUnreadable = (error: unknown): boolean => error instanceof Error && UNREADABLE.test(error.message);

/** The words for what an operator can mend; null for a bug, which keeps its stack. */
export const wordsFor = (error: unknown): string | null => {
  if (error instanceof Refused || error instanceof BadConfig || error instanceof DirectoryTaken) return error.message;
  if (error instanceof ProjectorFailed && isUnreadable(error))
    return `视图文件 read.db 无法读取，请停止服务后运行 hongzhang rebuild 重建。\nread.db cannot be read (${error.message}). Run: hongzhang rebuild`;
  if (error instanceof OtherLog)
    return `视图属于另一本账，请换用空的数据库。\nThese views belong to another log. Name an empty database in READ_STORE.`;
  if (error instanceof StoreUnavailable)
    return `存储服务器没有应答（${error.message}）。\nA store does not answer: ${error.message}`;
  if (error instanceof ProjectorFailed && error.code !== undefined)
    return `视图属于另一本账，请停止服务后运行 hongzhang rebuild 重建。\n${error.message}`;
  const { code, syscall, address, port } = error as { code?: string; syscall?: string; address?: string; port?: number };
  if (syscall === 'listen' && code !== undefined && ADDRESS.includes(code))
    return `无法监听 ${String(address)}:${String(port)}（${code}），请用 HOST、PORT 指定别的地址。\nCannot listen on ${String(address)}:${String(port)} (${code}). Choose another address with HOST and PORT.`;
  return null;
};
