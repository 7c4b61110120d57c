import type { Waiting } from './infra/opening.ts';

const WIDTH = 30;

/** How much of a long work is done, from 0 to 1, as a bar. */
export const bar = (done: number): string => {
  const filled = Math.round(Math.min(1, Math.max(0, done)) * WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}]`;
};

/** Shows on standard error how far each stage of a work has come: a bar on a terminal, elsewhere a line for every tenth. */
export const showProgress = <Stage extends string>(stages: Readonly<Record<Stage, string>>, started: number) => {
  let said = '';
  return (stage: Stage, done: number, total: number): void => {
    const part = total === 0 ? 1 : done / total;
    const seconds = Math.round((Date.now() - started) / 1_000);
    const text = `${bar(part)} ${stages[stage]}  ${String(done)} / ${String(total)}  ${String(seconds)} s`;
    const tenth = `${stage} ${String(Math.floor(part * 10))}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001B[K${part === 1 ? '\n' : ''}`);
    else if (tenth !== said) process.stderr.write(`${text}\n`);
    said = tenth;
  };
};

/** Says on standard error what keeps an operator waiting. */
export const showWaiting = ({ waitingFor, server }: Waiting): void => {
  console.error(
    `仍在等待 ${waitingFor} 的存储服务器应答：${server}\nStill waiting for the server of ${waitingFor} to answer: ${server}`,
  );
};
