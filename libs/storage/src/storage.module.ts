import { Module, type FactoryProvider } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { FileStore } from './file.store.js';
import { DOWNLOAD_STORE, OBJECT_STORE, type ObjectStore } from './object-store.js';
import { S3Store } from './s3.store.js';
import { StorageDownloads } from './storage-downloads.js';
import { StorageErrorsInterceptor } from './storage-errors.interceptor.js';
import { ConfigurableModuleClass } from './storage.module-definition.js';
import { DEFAULT_LIMITS, STORAGE_OPTIONS, type StorageModuleOptions } from './storage.options.js';
import { StorageService } from './storage.service.js';

function createStore({ bucket, dir, limits, ...s3 }: StorageModuleOptions): ObjectStore {
  const idleMs = limits?.idleMs ?? DEFAULT_LIMITS.idleMs;
  return bucket ? new S3Store({ ...s3, bucket, idleMs }) : new FileStore(dir);
}

const storeProvider = (provide: symbol): FactoryProvider<ObjectStore> => ({
  provide,
  useFactory: createStore,
  inject: [STORAGE_OPTIONS],
});

/** Keeps the files of the features in an S3 bucket or in a folder. Global, so that all features share one client. */
@Module({
  providers: [
    storeProvider(OBJECT_STORE),
    storeProvider(DOWNLOAD_STORE),
    StorageService,
    StorageDownloads,
    { provide: APP_INTERCEPTOR, useClass: StorageErrorsInterceptor },
  ],
  exports: [StorageService, StorageDownloads],
})
export class StorageModule extends ConfigurableModuleClass {}
