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
 * Objects by key, for jobs; `StorageDownloads` is for HTTP clients. A key is a path of names such as
 * `monthly-reports/2024-01.xlsx`: letters, digits, `.`, `_` and `-`, each name starting with a letter or digit, 512
 * characters at most.
 *
 * Every call throws `PermanentJobError` for such a key, and for what the storage refuses for good (too large an object).
 * While the storage cannot be used at all (no answer, wrong credentials), it throws `DependencyDownError`, and without
 * `JobsModule` the `StorageError` itself. Every other `StorageError` can pass, so that trying again can help.
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

  /** Stores an object whole or not at all, in place of what the key held. A folder does not keep the content type. */
  async put(key: string, bytes: Buffer, contentType: string, options: StorageCallOptions = {}): Promise<void> {
    requireStorageKey(key);
    // The client's socket sees whether bytes of an upload move.
    const limits = { totalMs: this.limits.transferMs };
    await this.exchange(limits, options, (transfer) =>
      transfer.step(this.store.put({ key, bytes, contentType }, { signal: transfer.signal })),
    );
  }

  /** The object's bytes, or null if the key holds none. */
  async get(key: string, options: StorageCallOptions = {}): Promise<Buffer | null> {
    requireStorageKey(key);
    const limits = { idleMs: this.limits.idleMs, totalMs: this.limits.transferMs };
    return this.exchange(limits, options, async (transfer) => {
      const opening = this.store.open(key, { signal: transfer.signal });
      const object = await transfer.step(opening, (late) => late?.stream.destroy());
      return object && buffer(await transfer.meter(object.stream));
    });
  }

  /** The last of Nest's hooks: jobs that drain in an earlier one can still store what they made. */
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
