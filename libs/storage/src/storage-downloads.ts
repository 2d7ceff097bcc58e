import { Inject, Injectable, Logger, StreamableFile, type OnApplicationShutdown } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { DownloadSlots } from './download-slots.js';
import { DOWNLOAD_STORE, type ObjectStore, type OpenObject } from './object-store.js';
import { requireStorageKey } from './storage-key.js';
import { StorageError } from './storage.error.js';
import { DEFAULT_LIMITS, STORAGE_OPTIONS, type StorageLimits, type StorageModuleOptions } from './storage.options.js';
import { Transfer } from './transfer.js';

export interface DownloadHeaders {
  /** Content type. */
  type: string;
  /** Content disposition, such as `attachment; filename="report.xlsx"`. */
  disposition: string;
}

/** Streams objects to HTTP clients. Limits their number and ends downloads whose client takes no bytes. */
@Injectable()
export class StorageDownloads implements OnApplicationShutdown {
  private readonly logger = new Logger('Storage');
  private readonly limits: StorageLimits;
  private readonly slots: DownloadSlots;

  constructor(
    @Inject(DOWNLOAD_STORE) private readonly store: ObjectStore,
    @Inject(STORAGE_OPTIONS) { limits }: StorageModuleOptions,
  ) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.slots = new DownloadSlots(this.limits.maxDownloads, this.limits.downloadWaitMs);
  }

  /**
   * Returns what a route returns to send an object, or null if there is no object with this key. A failure before the first
   * byte is thrown. A later one closes the connection, so that the client does not take a part for the whole object.
   * Inject the response with `@Res({ passthrough: true })`.
   *
   * @throws StorageError. `StorageModule` answers it with 502 or 503 and its code.
   */
  async open(key: string, response: ServerResponse, headers: DownloadHeaders): Promise<StreamableFile | null> {
    requireStorageKey(key);
    const signal = leavingOf(response);
    const release = await this.slots.take(signal);
    const { idleMs, downloadMs } = this.limits;
    const transfer = new Transfer({ idleMs, totalMs: downloadMs }, signal, release);
    try {
      const object = await this.firstByte(key, transfer);
      if (!object) transfer.end();
      // A client that takes no bytes fills the socket's buffer, which the transfer does not see.
      else response.setTimeout(idleMs);
      return object && this.toFile(key, object, headers);
    } catch (error) {
      transfer.end();
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.store.close();
  }

  private async firstByte(key: string, transfer: Transfer): Promise<OpenObject | null> {
    const opening = this.store.open(key, { signal: transfer.signal });
    const object = await transfer.step(opening, (late) => late?.stream.destroy());
    return object && { ...object, stream: await transfer.meter(object.stream) };
  }

  private toFile(key: string, { stream, length }: OpenObject, headers: DownloadHeaders): StreamableFile {
    const file = new StreamableFile(stream, { ...headers, length });
    return file.setErrorHandler((error, response) => {
      const left = error instanceof StorageError && error.code === 'STORAGE_CLIENT_LEFT';
      if (!left) this.logger.warn(`The download of ${key} broke off: ${error.message}`);
      response.destroy?.();
    });
  }
}

/** A signal that aborts when the client closes the connection. */
function leavingOf(response: ServerResponse): AbortSignal {
  const abort = new AbortController();
  const leave = () => {
    if (!response.writableFinished) abort.abort(new StorageError('STORAGE_CLIENT_LEFT', CLIENT_LEFT));
  };
  if (response.destroyed) leave();
  else response.once('close', leave);
  return abort.signal;
}

const CLIENT_LEFT = { what: 'the client left before the download ended.', fix: 'Nothing needs to be fixed.' };
