/** The address of a MongoDB is wrong. Its words never hold a part of the address. */
export class BadMongoAddress extends Error {
  constructor(reason: string) {
    super(`the address of MongoDB ${reason}`);
    this.name = 'BadMongoAddress';
  }
}

/** The part of an address that says where the data lies; `database` is undefined where it names none. */
export type MongoAddress = { readonly hosts: string; readonly database: string | undefined };

const ADDRESS = /^mongodb(?:\+srv)?:\/\/(?:[^@/?]+@)?(?<hosts>[^@/?]+)(?:\/(?<database>[^@/?]*))?(?:\?[^@?]*)?$/;

/**
 * Takes `mongodb://[user:password@]host[:port][,host…][/database][?key=value…]` (or `mongodb+srv://`) apart, without the
 * driver, which checks the keys when it connects. Throws `BadMongoAddress`.
 */
export const parseMongoAddress = (address: string): MongoAddress => {
  const { hosts, database } = ADDRESS.exec(address)?.groups ?? {};
  if (hosts === undefined) throw new BadMongoAddress('must be mongodb://host:port/database');
  // The driver's word for no database.
  return { hosts, database: database === '' || database === 'test' ? undefined : database };
};
