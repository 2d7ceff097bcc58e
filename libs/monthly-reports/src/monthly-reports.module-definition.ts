import { ConfigurableModuleBuilder } from '@nestjs/common';
import { MONTHLY_REPORTS_OPTIONS, type MonthlyReportsModuleOptions } from './monthly-reports.options.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<MonthlyReportsModuleOptions>({
  optionsInjectionToken: MONTHLY_REPORTS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .build();
