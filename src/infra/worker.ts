import { Worker, type ResourceLimits } from 'node:worker_threads';

/** A thread's first lines where it runs from sources: TypeScript is loaded through tsx, which a thread must register itself. */
const FROM_SOURCE = `
import('node:worker_threads').then(async ({ workerData }) => {
  const { register } = await import('tsx/esm/api');
  register();
  await import(workerData.module);
});`;

/**
 * Starts a worker thread from a module beside the caller (`import.meta.url`), named without its ending. The module finds
 * what it was given in `workerData.given`. From sources (tests, tsx) the thread runs TypeScript, from the build what tsc wrote.
 */
export const startWorker = (caller: string, module: string, given: unknown, resourceLimits: ResourceLimits = {}): Worker => {
  const fromSource = caller.endsWith('.ts');
  const address = new URL(`${module}${fromSource ? '.ts' : '.js'}`, caller);
  return fromSource
    ? new Worker(FROM_SOURCE, { eval: true, workerData: { module: address.href, given }, resourceLimits })
    : new Worker(address, { workerData: { given }, resourceLimits });
};
