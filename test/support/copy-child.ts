import { copyBetween } from '../../src/copy-log.ts';

/**
 * A process that copies a log: `copy-child <from> <to> [kill after] [at once] [stage]`. Says on standard output how far each stage has come, and kills
 * itself with SIGKILL once so many events are done (in that stage), in the middle of what comes next.
 */
const [from = '', to = '', killAfter = 'Infinity', atOnce = '500', killIn] = process.argv.slice(2);
const outcome = await copyBetween({
  from,
  to,
  environment: {},
  atOnce: Number(atOnce),
  onCopied: (stage, done) => {
    process.stdout.write(`${stage} ${String(done)}\n`);
    // A little later: while the next chunk is on its way.
    if (done >= Number(killAfter) && (killIn ?? stage) === stage) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  },
});
process.stdout.write(`${JSON.stringify({ ...outcome, root: outcome.root.toString('hex') })}\n`);
process.exit(0);
