import { Module } from '@nestjs/common';
import { FileStore } from './file.store.js';
import { OBJECT_STORE, type ObjectStore } from './object-store.js';
import { S3Store } from './s3.store.js';
import { ConfigurableModuleClass } from './storage.module-definition.js';
import { STORAGE_OPTIONS, type StorageModuleOptions } from './storage.options.js';
import { StorageService } from './storage.service.js';

function createStore({ bucket, dir, ...s3 }: StorageModuleOptions): ObjectStore {
  return bucket ? new S3Store({ ...s3, bucket }) : new FileStore(dir);
}

/** Keeps the features' files, in an S3 bucket or in a folder. Global: every feature shares one client. */
@Module({
  providers: [{ provide: OBJECT_STORE, useFactory: createStore, inject: [STORAGE_OPTIONS] }, StorageService],
  exports: [StorageService],
})
export class StorageModule extends ConfigurableModuleClass {}
