const WIDTH = 30;

/** How much of a long work is done, from 0 to 1, as a bar. */
export const bar = (done: number): string => {
  const filled = Math.round(Math.min(1, Math.max(0, done)) * WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}]`;
};
