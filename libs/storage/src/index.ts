export { StorageModule } from './storage.module.js';
export type { StorageLimits, StorageModuleOptions } from './storage.options.js';
export { StorageService } from './storage.service.js';
export { StorageDownloads } from './storage-downloads.js';
export type { DownloadHeaders } from './storage-downloads.js';
export { StorageError } from './storage.error.js';
export type { StorageErrorCode } from './storage.error.js';
export type { StorageCallOptions } from './object-store.js';
