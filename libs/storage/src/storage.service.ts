import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OBJECT_STORE, type ObjectStore, type StorageCallOptions } from './object-store.js';
import { requireStorageKey } from './storage-key.js';

/**
 * Objects by key. A key is a path of names such as `monthly-reports/2024-01.xlsx`: letters, digits, `.`, `_` and `-`,
 * each name starting with a letter or digit, 512 characters at most.
 *
 * Every call throws `PermanentJobError` for such a key, and for what the storage refuses for good (access denied, no
 * such bucket); any other error can pass, so that trying again can help.
 */
@Injectable()
export class StorageService implements OnApplicationShutdown {
  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  /** Stores an object whole or not at all, in place of what the key held. A folder does not keep the content type. */
  async put(key: string, bytes: Buffer, contentType: string, options: StorageCallOptions = {}): Promise<void> {
    requireStorageKey(key);
    options.signal?.throwIfAborted();
    await this.store.put({ key, bytes, contentType }, options);
  }

  /** The object's bytes, or null if the key holds none. */
  async get(key: string, options: StorageCallOptions = {}): Promise<Buffer | null> {
    requireStorageKey(key);
    options.signal?.throwIfAborted();
    return this.store.get(key, options);
  }

  /** The last of Nest's hooks: jobs that drain in an earlier one can still store what they made. */
  onApplicationShutdown(): void {
    this.store.close();
  }
}
