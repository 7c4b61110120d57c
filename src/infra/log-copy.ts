import { setImmediate as turn } from 'node:timers/promises';
import type { Position } from '../domain/envelope.ts';
import type { Projection } from '../projections/projection.ts';
import type { ReadStore } from '../projections/read-store.ts';
import { EMPTY_FRONTIER, extend, rootOf, type Frontier } from '../tlog/frontier.ts';
import { CopyRefused, LogDamaged, readableUpTo, type CopyTarget, type Evidence, type EvidenceLog } from './evidence-log.ts';
import { compareRebuild, rebuild, type Comparison } from './projector/projection-rebuild.ts';
import type { ProjectionStatus } from './projector/projector.ts';

export type CopyStage = 'copy' | 'tree' | 'views-of-source' | 'views-of-target';
/** How many of the events are done; throws to stop the copy. */
export type OnCopied = (stage: CopyStage, done: number, total: number) => void;

export type Copied = {
  /** The last position of the source when the copy began: what was copied and verified. */
  readonly end: Position;
  /** Events that the target held already. */
  readonly held: number;
  readonly root: Buffer;
};

/** Events handed over at once: what a target may hold without a position when it is killed, and what one transaction takes. */
const CHUNK = 500;

/** What the target holds, in step with the source: it must be the same from the first event on. */
const comparing = (target: EvidenceLog, held: Position) => {
  const there = target.evidence(0, held)[Symbol.asyncIterator]();
  return async ({ position, leaf }: Evidence): Promise<void> => {
    const next = await there.next();
    if (next.done === true || !next.value.leaf.equals(leaf)) throw new CopyRefused('differs', position);
  };
};

const sameTree = (a: Frontier, b: Frontier): boolean => a.size === b.size && rootOf(a).equals(rootOf(b));

/** The tree over what a log holds, made of its bytes. */
const treeOf = async (log: EvidenceLog, end: Position, onEvent: (done: number) => void): Promise<Frontier> => {
  let tree = EMPTY_FRONTIER;
  for await (const { leaf } of log.evidence(0, end)) {
    tree = extend(tree, leaf);
    if (tree.size % CHUNK === 0) onEvent(tree.size);
  }
  return tree;
};

/**
 * Copies a log event by event, up to the head that it has now: ids, streams, revisions, positions, order and the hashed
 * bytes, with the times in them. What the target holds is the bookmark: it is compared with the source from the first event
 * on (`CopyRefused` where it is no prefix) and gone on from. At the end the tree is made again from the target's bytes and
 * compared with the source's, and each with the one that its log has recorded (`LogDamaged`).
 */
export const copyLog = async (source: EvidenceLog, target: CopyTarget, onCopied: OnCopied, atOnce = CHUNK): Promise<Copied> => {
  const [end, held] = [await source.head(), await target.head()];
  if (held > end) throw new CopyRefused('ahead', held);
  const compare = comparing(target, held);
  const total = end + 1;
  let tree = EMPTY_FRONTIER;
  let chunk: Evidence[] = [];
  const flush = async (): Promise<void> => {
    await target.append(chunk);
    chunk = [];
    onCopied('copy', tree.size, total);
    // Files answer at once: without a turn of the event loop no signal would be heard before the end.
    await turn();
  };
  onCopied('copy', 0, total);
  for await (const event of source.evidence(0, end)) {
    tree = extend(tree, event.leaf);
    if (event.position <= held) await compare(event);
    else chunk.push(event);
    if (chunk.length === atOnce) await flush();
    else if (chunk.length === 0 && tree.size % atOnce === 0) onCopied('copy', tree.size, total);
  }
  if (chunk.length > 0) await flush();
  if (!sameTree(tree, await source.tree(total))) throw new LogDamaged(end, 'ends another tree than the source has recorded');
  const copied = await treeOf(target, end, (done) => { onCopied('tree', done, total); }); // prettier-ignore
  onCopied('tree', total, total);
  if (!sameTree(tree, copied) || !sameTree(copied, await target.tree(total)))
    throw new LogDamaged(end, 'ends another tree in the target');
  return { end, held: held + 1, root: rootOf(tree) };
};

const slowest = (status: readonly ProjectionStatus[]): number => Math.min(...status.map(({ position }) => position)) + 1;

/** Rebuilds the projections from both logs, into two empty stores, and compares them byte for byte. */
export const compareViews = async (
  { source, target, end }: { readonly source: EvidenceLog; readonly target: EvidenceLog; readonly end: Position },
  stores: readonly [ReadStore, ReadStore],
  projections: readonly Projection[],
  onCopied: OnCopied,
): Promise<Comparison> => {
  const [ofSource, ofTarget] = stores;
  const told = (stage: CopyStage) => (status: readonly ProjectionStatus[]): void => {
    onCopied(stage, slowest(status), end + 1);
  }; // prettier-ignore
  await rebuild({ log: readableUpTo(source, end), store: ofSource, projections }, told('views-of-source'));
  const onProgress = told('views-of-target');
  return compareRebuild({ log: readableUpTo(target, end), store: ofSource, projections }, ofTarget, { onProgress });
};
