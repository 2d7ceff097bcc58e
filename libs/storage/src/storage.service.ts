import { DependencyHealth, PermanentJobError } from '@monstera/jobs';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { buffer } from 'node:stream/consumers';
import { OBJECT_STORE, type ObjectStore, type StorageCallOptions } from './object-store.js';
import { requireStorageKey } from './storage-key.js';
import { isStorageDown, StorageError } from './storage.error.js';
import { DEFAULT_LIMITS, STORAGE_OPTIONS, type StorageModuleOptions } from './storage.options.js';
import { Transfer, type TransferLimits } from './transfer.js';

/** Name of the storage in logs, health and metrics. */
const DEPENDENCY = 'storage';

/**
 * Stores objects by key, for jobs; `StorageDownloads` is for HTTP clients. A key is a path of names such as
 * `monthly-reports/2024-01.xlsx`. Names have letters, digits, `.`, `_` and `-`, and start with a letter or digit. A key has
 * at most 512 characters.
 *
 * Every call throws:
 * - `PermanentJobError` for an invalid key, or if the storage refuses the object permanently, such as one too large;
 * - `DependencyDownError` while the storage cannot be used; without `JobsModule`, the `StorageError` itself;
 * - `StorageError` in other cases, in which another attempt may succeed.
 */
@Injectable()
export class StorageService implements OnApplicationShutdown {
  private readonly limits: { idleMs: number; transferMs: number };

  constructor(
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(STORAGE_OPTIONS) { limits }: StorageModuleOptions,
    @Optional() private readonly health?: DependencyHealth,
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Stores the whole object or nothing, and replaces an object with the same key. A folder drops the content type. */
  async put(key: string, bytes: Buffer, contentType: string, options: StorageCallOptions = {}): Promise<void> {
    requireStorageKey(key);
    // No idle limit here: the timeout of the client's socket notices an upload that stops moving.
    const limits = { totalMs: this.limits.transferMs };
    await this.exchange(limits, options, (transfer) =>
      transfer.step(this.store.put({ key, bytes, contentType }, { signal: transfer.signal })),
    );
  }

  /** Returns the object's bytes, or null if there is no object with this key. */
  async get(key: string, options: StorageCallOptions = {}): Promise<Buffer | null> {
    requireStorageKey(key);
    const limits = { idleMs: this.limits.idleMs, totalMs: this.limits.transferMs };
    return this.exchange(limits, options, async (transfer) => {
      const opening = this.store.open(key, { signal: transfer.signal });
      const object = await transfer.step(opening, (late) => late?.stream.destroy());
      return object && buffer(await transfer.meter(object.stream));
    });
  }

  /** In the last of Nest's hooks, because jobs still store objects while they drain in an earlier one. */
  onApplicationShutdown(): void {
    this.store.close();
  }

  private async exchange<T>(
    limits: TransferLimits,
    { signal }: StorageCallOptions,
    work: (transfer: Transfer) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const transfer = new Transfer(limits, signal);
    try {
      const using = (): Promise<T> => work(transfer);
      return await (this.health ? this.health.call(DEPENDENCY, using, isStorageDown) : using());
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'STORAGE_REFUSED') throw error;
      throw new PermanentJobError(`${error.message} Then retry the job.`, { cause: error });
    } finally {
      transfer.end();
    }
  }
}
