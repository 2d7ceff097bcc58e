import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { MAIL_TRANSPORT, type MailTransport, type OutgoingMail } from './mail-transport.js';

@Injectable()
export class MailService implements OnApplicationShutdown {
  constructor(@Inject(MAIL_TRANSPORT) private readonly transport: MailTransport) {}

  /**
   * Sends one mail. Throws `PermanentJobError` if the server refuses it for good (unknown mailbox, wrong password),
   * the signal's reason if it was aborted, and otherwise an error after which trying again can help.
   */
  async send(mail: OutgoingMail): Promise<void> {
    mail.signal?.throwIfAborted();
    await this.transport.send(mail);
  }

  /** The last of Nest's hooks: jobs that drain in an earlier one still have their connections. */
  onApplicationShutdown(): void {
    this.transport.close();
  }
}
