import { isServer, type Place } from './infra/config.ts';
import { lockCopied, type Environment } from './infra/copy-locks.ts';
import { readCopyPlaces, type GivenPlaces } from './infra/copy-places.ts';
import { checkCopyAddresses } from './infra/server-addresses.ts';
import { copyVault, type OnVaultCopied, type VaultCopied, type VaultStage } from './infra/vault-copy.ts';
import { openFileVaultRecords } from './infra/vault-file-records.ts';
import { VaultRefused, type VaultRecords } from './infra/vault-records.ts';
import { showProgress } from './progress-bar.ts';

const STAGES: Readonly<Record<VaultStage, string>> = {
  check: '核对目标 check the target',
  records: '复制密钥与凭据 copy keys and credentials',
  contents: '复制内容 copy contents',
  verify: '核对 verify',
};

const openRecords = async (place: Place): Promise<VaultRecords> =>
  isServer(place) ? (await import('./infra/mongo/vault-records.ts')).openMongoVaultRecords(place) : openFileVaultRecords(place);

export type VaultCopyOptions = GivenPlaces & {
  readonly environment: Environment;
  readonly onCopied: OnVaultCopied;
  /** Stops after the batch or content that is under way: the next copy goes on there. */
  readonly signal?: AbortSignal;
};

/**
 * Copies the vault at one address to another and verifies it.
 * Rejects with `BadConfig`, `DirectoryTaken`, `VaultRefused`, `VaultOpenToOthers`, or `StoreUnavailable`.
 */
export const copyVaultBetween = async ({ environment, onCopied, signal, ...given }: VaultCopyOptions): Promise<VaultCopied> => {
  const places = readCopyPlaces('vault', given);
  await checkCopyAddresses('vault', places);
  const told: OnVaultCopied = (...progress) => {
    if (signal?.aborted === true) throw new VaultRefused('stopped');
    onCopied(...progress);
  };
  const locks = lockCopied('vault', places, environment);
  const opened: VaultRecords[] = [];
  try {
    const source = await openRecords(places.from);
    opened.push(source);
    const target = await openRecords(places.to);
    opened.push(target);
    return await copyVault(source, target, told);
  } finally {
    for (const { close } of opened.reverse()) await close();
    for (const { release } of locks) release();
  }
};

/** `hongzhang copy-vault`: resolves when all of the vault is copied and verified. */
export const copyVaultAsked = async (given: GivenPlaces): Promise<void> => {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { stopping.abort(); }); // prettier-ignore
  const onCopied = showProgress(STAGES, Date.now());
  const { records, contents, fresh } = await copyVaultBetween({ ...given, environment: process.env, onCopied, signal: stopping.signal }); // prettier-ignore
  console.log(`目标现有 ${String(records)} 条密钥与凭据记录、${String(contents)} 份内容，其中本次写入 ${String(fresh)} 项，均已核对。
The target holds ${String(records)} records of keys and credentials and ${String(contents)} contents, ${String(fresh)} of them written now; all are verified.`);
};
