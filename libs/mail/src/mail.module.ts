import { Module } from '@nestjs/common';
import { ConfigurableModuleClass } from './mail.module-definition.js';
import { MAIL_OPTIONS, type MailModuleOptions } from './mail.options.js';
import { MailService } from './mail.service.js';
import { MAIL_TRANSPORT, type MailTransport } from './mail-transport.js';
import { OutboxTransport } from './outbox.transport.js';
import { SmtpTransport } from './smtp.transport.js';

function createTransport({ smtpUrl, from, outboxDir }: MailModuleOptions): MailTransport {
  return smtpUrl ? new SmtpTransport(smtpUrl, from) : new OutboxTransport(outboxDir, from);
}

/** Sends mails for the features. Global, so that all features share one pool of connections. */
@Module({
  providers: [{ provide: MAIL_TRANSPORT, useFactory: createTransport, inject: [MAIL_OPTIONS] }, MailService],
  exports: [MailService],
})
export class MailModule extends ConfigurableModuleClass {}
