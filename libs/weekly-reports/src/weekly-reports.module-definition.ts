import { ConfigurableModuleBuilder } from '@nestjs/common';
import { WEEKLY_REPORTS_OPTIONS, type WeeklyReportsModuleOptions } from './weekly-reports.options.js';

/** Global, so that the services of the routes and of the monthly reports use the same options. */
export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<WeeklyReportsModuleOptions>({
  optionsInjectionToken: WEEKLY_REPORTS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, global: true, exports: [WEEKLY_REPORTS_OPTIONS] }))
  .build();
