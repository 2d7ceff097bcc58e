import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { JobsDashboardOptions } from './dashboard.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: DASHBOARD_OPTIONS } =
  new ConfigurableModuleBuilder<JobsDashboardOptions>({ moduleName: 'JobsDashboard' })
    .setClassMethodName('forRoot')
    .build();
