export const OBJECT_STORE = Symbol('monstera:object-store');

export interface StorageCallOptions {
  /** Gives the transfer up; what was stored before stays whole. */
  signal?: AbortSignal;
}

export interface StoredObject {
  key: string;
  bytes: Buffer;
  contentType: string;
}

export interface ObjectStore {
  /** Writes the whole object or nothing; an object with this key is replaced. */
  put(object: StoredObject, options: StorageCallOptions): Promise<void>;
  /** Null if there is no object with this key. */
  get(key: string, options: StorageCallOptions): Promise<Buffer | null>;
  close(): void;
}
