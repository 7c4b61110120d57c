/** What answers at once, for a port that is asynchronous for the sake of stores across a network. What the work throws is a rejection. */
export const answer = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });
