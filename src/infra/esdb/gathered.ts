/**
 * What came while the consumer was busy, as one batch of at most `most`. The source is asked for no more while that many
 * wait. `stop` must end the source.
 */
export async function* gathered<T>(source: AsyncIterable<T>, most: number, stop: () => void): AsyncGenerator<readonly T[]> {
  let waiting: T[] = [];
  const state = { ended: false };
  let failure: { readonly error: unknown } | undefined;
  let woken = (): void => undefined;
  let taken = (): void => undefined;
  const pump = async (): Promise<void> => {
    try {
      for await (const item of source) {
        waiting.push(item);
        woken();
        if (waiting.length >= most) await new Promise<void>((resolve) => { taken = resolve; }); // prettier-ignore
        if (state.ended) return;
      }
    } catch (error) {
      failure = { error };
    } finally {
      state.ended = true;
      woken();
    }
  };
  const pumping = pump();
  try {
    for (;;) {
      if (waiting.length > 0) {
        const batch = waiting;
        waiting = [];
        taken();
        yield batch;
      } else if (state.ended) {
        if (failure !== undefined) throw failure.error;
        return;
      } else await new Promise<void>((resolve) => { woken = resolve; }); // prettier-ignore
    }
  } finally {
    state.ended = true;
    stop();
    taken();
    await pumping;
  }
}
