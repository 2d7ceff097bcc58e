import type { Readable } from 'node:stream';

/** For jobs: connections of its own, which no download can take away. */
export const OBJECT_STORE = Symbol('monstera:object-store');
/** For downloads by HTTP clients. */
export const DOWNLOAD_STORE = Symbol('monstera:download-store');

export interface StorageCallOptions {
  /** Gives the transfer up; what was stored before stays whole. */
  signal?: AbortSignal;
}

export interface StoredObject {
  key: string;
  bytes: Buffer;
  contentType: string;
}

export interface OpenObject {
  /** Fails if the transfer does: an end means that every byte has come. Destroying it ends the transfer. */
  stream: Readable;
  /** In bytes. Undefined if the storage does not say. */
  length?: number;
}

export interface ObjectStore {
  /** Writes the whole object or nothing; an object with this key is replaced. */
  put(object: StoredObject, options: StorageCallOptions): Promise<void>;
  /** Null if there is no object with this key. The signal is for the opening: the stream belongs to the caller. */
  open(key: string, options: StorageCallOptions): Promise<OpenObject | null>;
  close(): void;
}
