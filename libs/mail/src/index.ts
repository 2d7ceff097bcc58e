export { MailDoubtfulError } from './mail.errors.js';
export { MailModule } from './mail.module.js';
export type { MailModuleOptions } from './mail.options.js';
export { MailService, type SendMail } from './mail.service.js';
export type { OutgoingMail } from './mail-transport.js';
