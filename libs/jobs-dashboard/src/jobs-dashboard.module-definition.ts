import { ConfigurableModuleBuilder, type DynamicModule } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { DashboardPath, dashboardPath } from './dashboard-path.js';
import type { JobsDashboardExtras, JobsDashboardOptions } from './dashboard.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: DASHBOARD_OPTIONS } =
  new ConfigurableModuleBuilder<JobsDashboardOptions>({ moduleName: 'JobsDashboard' })
    .setClassMethodName('forRoot')
    .setExtras<JobsDashboardExtras>({ path: undefined }, withPath)
    .build();

/** The controllers' paths are below the module's. */
function withPath(definition: DynamicModule, { path: given }: JobsDashboardExtras): DynamicModule {
  const path = dashboardPath(given);
  return {
    ...definition,
    imports: [...(definition.imports ?? []), RouterModule.register([{ path: path.at(), module: definition.module }])],
    providers: [...(definition.providers ?? []), { provide: DashboardPath, useValue: path }],
  };
}
