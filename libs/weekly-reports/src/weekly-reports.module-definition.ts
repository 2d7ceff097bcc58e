import { ConfigurableModuleBuilder } from '@nestjs/common';
import { WEEKLY_REPORTS_OPTIONS, type WeeklyReportsModuleOptions } from './weekly-reports.options.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<WeeklyReportsModuleOptions>({
  optionsInjectionToken: WEEKLY_REPORTS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .build();
