/**
 * What can go wrong, switched on at run time:
 *
 * - `refuse`: an append is refused with `code` (and `exception`), nothing is written
 * - `lost-ack`: an append is written and never answered, or answered with `code`
 * - `forget-ids`: the server does not know the ids of a repeated append again
 * - `no-position`: the server does not know where an event lies (18446744073709551615, or none)
 * - `features`: the look-up of the server's features fails with `code`
 * - `mute`: nothing is answered; what was asked is done when the fault is cleared
 * - `not-leader`: the node says that another one leads (`port`)
 * - `read`: a read or a new subscription fails with `code`
 * - `slow`: each event of a read or a subscription comes `after` milliseconds
 * - `cut`: a read ends, without an error, after `after` events
 * - `drop`: a subscription breaks with `code`, before the next event (also the server's "Consumer too slow": 10)
 * - `end`: a subscription ends, without an error, before the next event
 * - `duplicate`: an event is delivered twice
 * - `checkpoint-ahead`: a checkpoint says the end of the log, where the next event will be (KDB-744)
 * - `unresolved`: a link comes without its event
 * - `spoil`: an event is delivered with other bytes than were written
 */
export type FaultName =
  | 'refuse'
  | 'lost-ack'
  | 'forget-ids'
  | 'no-position'
  | 'features'
  | 'mute'
  | 'not-leader'
  | 'read'
  | 'slow'
  | 'cut'
  | 'drop'
  | 'end'
  | 'duplicate'
  | 'checkpoint-ahead'
  | 'unresolved'
  | 'spoil';

export type Fault = {
  readonly name: FaultName;
  /** How many times; without it, until cleared. */
  readonly times?: number;
  /** A regular expression over the stream's name (`$all` for that); without it, every stream. */
  readonly stream?: string;
  readonly code?: number;
  readonly exception?: string;
  readonly details?: string;
  readonly port?: number;
  readonly after?: number;
};

export type Faults = ReturnType<typeof createFaults>;

export const createFaults = () => {
  let faults: (Fault & { left: number })[] = [];
  let muted: (() => void)[] = [];
  const find = (name: FaultName, stream: string) =>
    faults.find((fault) => fault.name === name && fault.left > 0 && new RegExp(fault.stream ?? '').test(stream));
  return {
    set: (fault: Fault): void => {
      faults.push({ ...fault, left: fault.times ?? Infinity });
    },
    /** Off again: all of them, or those that were put on with this expression for the stream. */
    clear: (stream?: string): void => {
      faults = stream === undefined ? [] : faults.filter((fault) => fault.stream !== stream);
      const waiting = muted;
      muted = [];
      for (const proceed of waiting) proceed();
    },
    /** The fault, used up by one, when it is on for this stream. */
    take: (name: FaultName, stream: string): Fault | undefined => {
      const fault = find(name, stream);
      if (fault !== undefined) fault.left -= 1;
      return fault;
    },
    /** Resolves at once, or when the server is no longer mute. */
    unmuted: async (stream: string): Promise<void> => {
      while (find('mute', stream) !== undefined) await new Promise<void>((resolve) => muted.push(resolve));
    },
  };
};
