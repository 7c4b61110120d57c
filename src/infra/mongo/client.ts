import { MongoBulkWriteError, MongoClient, MongoError, MongoServerError, type Db } from 'mongodb';
import { StoreUnavailable } from '../../domain/event-store.ts';
import { beginStuckLooksAgain, endStuckWrites } from './driver-hangs.ts';

/** How long an operation looks for a server and waits for one to answer, before it says that there is none. Milliseconds. */
const PATIENCE = 4_000;
const WAIT_FOR_ANSWER = 30_000;

/**
 * A client for the address. What is written is acknowledged once a majority of the servers has it in its journal: a
 * checkpoint must not outlive the documents before it, nor an event the key that it was sealed with. What is read is what
 * a majority has, from the primary, so that nothing is read that a failover takes back.
 */
export const openClient = (address: string): MongoClient => {
  const client = new MongoClient(address, {
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    serverSelectionTimeoutMS: PATIENCE,
    connectTimeoutMS: PATIENCE,
    socketTimeoutMS: WAIT_FOR_ANSWER,
    ignoreUndefined: false,
    maxPoolSize: 32,
  });
  beginStuckLooksAgain(client);
  endStuckWrites(client);
  return client;
};

/** Whether the driver takes the address: else a client for it cannot be made. */
export const isReadable = (address: string): boolean => {
  try {
    databaseOf(openClient(address), 'hongzhang');
    return true;
  } catch {
    return false;
  }
};

const DUPLICATE_KEY = 11_000;

/** The server had a document with that key already. Nothing but the code is counted on: not every engine names the key. */
export const isDuplicate = (error: unknown): boolean => error instanceof MongoServerError && error.code === DUPLICATE_KEY;

/**
 * Codes by which a server says nothing about the request: it shuts down or steps down, is not the primary, was interrupted;
 * a cursor or plan that it had is gone, a lock or a majority did not come in time; or it no longer knows our password.
 */
const PASSING = new Set<unknown>([
  6, 7, 13, 18, 24, 43, 50, 64, 89, 91, 112, 134, 175, 189, 237, 262, 9001, 10107, 11600, 11601, 11602, 13435, 13436,
]);

/** Does the error say nothing about the request itself? A bulk of writes wraps what ended it, and names then no write. */
const isPassing = (error: MongoError): boolean => {
  if (error instanceof MongoBulkWriteError)
    return [error.writeErrors].flat().length === 0 && (error.code === undefined || PASSING.has(error.code));
  return error instanceof MongoServerError ? PASSING.has(error.code) : error.name !== 'MongoParseError';
};

/** What the system says of a connection that has broken. */
const BROKEN = new Set<unknown>(['ECONNRESET', 'ECONNABORTED', 'ENETDOWN', 'ENETUNREACH', 'EHOSTUNREACH', 'ETIMEDOUT']);

/**
 * A connection that broke while a request was being written, as where a server is killed: the driver (7.9.0) waits for
 * room in the socket then, and lets the socket's error through as it is. That of an upload whose client has gone names no
 * call of the system.
 */
const isBroken = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && (error.code === 'EPIPE' || ('syscall' in error && BROKEN.has(error.code)));

/** The driver's errors in the words of the ports: one that says nothing about the request becomes `StoreUnavailable`. */
export const translated = (error: unknown): unknown =>
  isBroken(error) || (error instanceof MongoError && isPassing(error))
    ? new StoreUnavailable(`MongoDB: ${error.message}`, { cause: error })
    : error;

/** Runs work against the database; no error of the driver about connections leaves it. */
export const reaching = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw translated(error);
  }
};

/** The database that the address names, or `fallback`. */
export const databaseOf = (client: MongoClient, fallback: string): Db =>
  client.options.dbName === 'test' ? client.db(fallback) : client.db();
