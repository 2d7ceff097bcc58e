export { StorageModule } from './storage.module.js';
export type { StorageModuleOptions } from './storage.options.js';
export { StorageService } from './storage.service.js';
export type { StorageCallOptions } from './object-store.js';
