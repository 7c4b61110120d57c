import { isServer, type Place } from './infra/config.ts';
import { lockCopied, type Environment } from './infra/copy-locks.ts';
import { readCopyPlaces, type GivenPlaces } from './infra/copy-places.ts';
import { opening, type OnWaiting } from './infra/opening.ts';
import { naming } from './infra/path-fault.ts';
import { copyVault, type OnVaultCopied, type VaultCopied, type VaultStage } from './infra/vault/vault-copy.ts';
import { openFileVaultRecords } from './infra/vault/vault-file-records.ts';
import { VaultRefused, type VaultRecords } from './infra/vault/vault-records.ts';
import { showProgress, showWaiting } from './progress-bar.ts';
import { orStopped, untilSignal } from './stopping.ts';

const STAGES: Readonly<Record<VaultStage, string>> = {
  check: '核对目标 check the target',
  records: '复制密钥与凭据 copy keys and credentials',
  contents: '复制内容 copy contents',
  verify: '核对 verify',
};

const openRecords = async (place: Place): Promise<VaultRecords> => {
  if (!isServer(place)) return openFileVaultRecords(place);
  const { openMongoVaultRecords } = await import('./infra/mongo/vault-records.ts');
  const records = openMongoVaultRecords(place);
  try {
    // A client says nothing at its opening: here it is heard whether the server answers.
    await records.isUnfinished();
    return records;
  } catch (error) {
    await records.close();
    throw error;
  }
};

export type VaultCopyOptions = GivenPlaces & {
  readonly environment: Environment;
  readonly onCopied: OnVaultCopied;
  /** Hears of a server that has not answered after some seconds. */
  readonly onWaiting?: OnWaiting;
  /** Stops at once while a store is waited for, else after the batch or content that is under way: the next copy goes on there. */
  readonly signal?: AbortSignal;
};

/**
 * Copies the vault at one address to another and verifies it.
 * Rejects with `BadConfig`, `DirectoryTaken`, `VaultRefused`, `VaultOpenToOthers`, `PathFault`, or `StoreUnavailable`;
 * stopped while it waits, with the reason of its signal.
 */
export const copyVaultBetween = async (options: VaultCopyOptions): Promise<VaultCopied> => {
  const { environment, onCopied, onWaiting = () => undefined, signal, ...given } = options;
  const { from, to } = await readCopyPlaces('vault', given);
  const told: OnVaultCopied = (...progress) => {
    if (signal?.aborted === true) throw new VaultRefused('stopped');
    onCopied(...progress);
  };
  const locks = lockCopied('vault', { from, to }, environment);
  const opened: VaultRecords[] = [];
  const open = async (option: string, place: Place): Promise<VaultRecords> => {
    const records = await orStopped(
      signal,
      opening(option, place, onWaiting, () => openRecords(place)),
    );
    opened.push(records);
    return records;
  };
  try {
    const source = await open('--from', from);
    const target = await open('--to', to);
    return await naming('--to', to, () => copyVault(source, target, told));
  } finally {
    for (const { close } of opened.reverse()) await close();
    for (const { release } of locks) release();
  }
};

/** `hongzhang copy-vault`: resolves when all of the vault is copied and verified. */
export const copyVaultAsked = async (given: GivenPlaces): Promise<void> => {
  const told = { onCopied: showProgress(STAGES, Date.now()), onWaiting: showWaiting };
  const { records, contents, fresh } = await untilSignal((signal) => copyVaultBetween({ ...given, ...told, environment: process.env, signal })); // prettier-ignore
  console.log(`目标现有 ${String(records)} 条密钥与凭据记录、${String(contents)} 份内容，其中本次写入 ${String(fresh)} 项，均已核对。
The target holds ${String(records)} records of keys and credentials and ${String(contents)} contents, ${String(fresh)} of them written now; all are verified.`);
};
