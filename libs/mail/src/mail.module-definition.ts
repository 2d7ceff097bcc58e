import { ConfigurableModuleBuilder } from '@nestjs/common';
import { MAIL_OPTIONS, type MailModuleOptions } from './mail.options.js';

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<MailModuleOptions>({
  optionsInjectionToken: MAIL_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
