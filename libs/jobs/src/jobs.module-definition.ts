import { ConfigurableModuleBuilder } from '@nestjs/common';
import { httpControllers } from './http/http-controllers.js';
import type { JobsModuleOptions } from './jobs.options.js';

/** Decided when the module is declared, because controllers and scope cannot wait for injected options. */
export interface JobsModuleExtras {
  /** Whether `JobService` can be injected everywhere without importing the module. Default true. */
  isGlobal?: boolean;
  /** Which controllers to mount. Default: health and metrics. */
  http?: { health?: boolean; metrics?: boolean };
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<JobsModuleOptions>({ moduleName: 'Jobs' })
    .setClassMethodName('forRoot')
    .setExtras<JobsModuleExtras>({ isGlobal: true, http: {} }, (definition, { isGlobal = true, http = {} }) => ({
      ...definition,
      global: isGlobal,
      controllers: httpControllers(http),
    }))
    .build();
