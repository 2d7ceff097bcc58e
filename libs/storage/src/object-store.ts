import type { Readable } from 'node:stream';

/** For jobs. It has its own connections, so that downloads cannot use them up. */
export const OBJECT_STORE = Symbol('monstera:object-store');
/** For downloads by HTTP clients. */
export const DOWNLOAD_STORE = Symbol('monstera:download-store');

export interface StorageCallOptions {
  /** Aborts the transfer. An object that was stored before stays unchanged. */
  signal?: AbortSignal;
}

export interface StoredObject {
  key: string;
  bytes: Buffer;
  contentType: string;
}

export interface OpenObject {
  /** Ends only after the last byte. If the transfer fails, it errors. Destroying it ends the transfer. */
  stream: Readable;
  /** In bytes. Undefined if the storage does not say. */
  length?: number;
}

export interface ObjectStore {
  /** Writes the whole object or nothing. Replaces an object with the same key. */
  put(object: StoredObject, options: StorageCallOptions): Promise<void>;
  /** Returns null if there is no object with this key. The signal aborts only the opening, not the stream. */
  open(key: string, options: StorageCallOptions): Promise<OpenObject | null>;
  close(): void;
}
