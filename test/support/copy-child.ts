import { copyBetween } from '../../src/copy-log.ts';
import { copyVaultBetween } from '../../src/copy-vault.ts';

/**
 * A process that copies: `copy-child log|vault <from> <to> [kill after] [at once]`. Says on standard output how far each stage has
 * come, and kills itself with SIGKILL once so much (of one stage: `contents:2`) is done, in the middle of what comes next.
 */
const [kind = 'log', from = '', to = '', killAfter = 'Infinity', atOnce = '500'] = process.argv.slice(2);
const [much = 'Infinity', only] = killAfter.split(':').reverse();
const onCopied = (stage: string, done: number): void => {
  process.stdout.write(`${stage} ${String(done)}\n`);
  // A little later: while the next part is on its way.
  if (done >= Number(much) && (only ?? stage) === stage) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
};
const places = { from, to, environment: {}, onCopied };
if (kind === 'log') {
  const outcome = await copyBetween({ ...places, atOnce: Number(atOnce) });
  process.stdout.write(`${JSON.stringify({ ...outcome, root: outcome.root.toString('hex') })}\n`);
} else process.stdout.write(`${JSON.stringify(await copyVaultBetween(places))}\n`);
process.exit(0);
