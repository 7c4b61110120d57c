import type { LeaseRecord, LeaseRegister } from '../../src/infra/lease.ts';

/** A register in memory, which can fail. */
export const memoryRegister = () => {
  const records = new Map<string, { version: number; record: LeaseRecord }>();
  let down = false;
  const check = (): void => {
    if (down) throw new Error('the register is away');
  };
  const register: LeaseRegister = {
    read: async (name) => {
      check();
      return Promise.resolve(records.get(name) ?? null);
    },
    write: async (name, record, version) => {
      check();
      if ((records.get(name)?.version ?? -1) !== version) return Promise.resolve(null);
      records.set(name, { version: version + 1, record });
      return Promise.resolve(version + 1);
    },
  };
  return { register, records, down: (is: boolean) => { down = is; } }; // prettier-ignore
};
