import { ConfigurableModuleBuilder } from '@nestjs/common';
import { STORAGE_OPTIONS, type StorageModuleOptions } from './storage.options.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<StorageModuleOptions>({
  optionsInjectionToken: STORAGE_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
