import nodemailer, { type Transporter } from 'nodemailer';
import { mailMessage } from './mail-message.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';
import { explainSmtpFailure } from './smtp-failure.js';

/** Milliseconds, below a job's timeout: a dead server shows as its own error, not as a job that took too long. */
const TIMEOUTS = { dnsTimeout: 10_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/** A pool of SMTP connections, opened with the first mail. */
export class SmtpTransport implements MailTransport {
  private readonly mailer: Transporter;

  constructor(url: string, from: string) {
    this.mailer = nodemailer.createTransport({ ...TIMEOUTS, pool: true, url }, { from });
  }

  async send(mail: OutgoingMail): Promise<void> {
    try {
      await this.mailer.sendMail(mailMessage(mail));
    } catch (error) {
      mail.signal?.throwIfAborted();
      throw explainSmtpFailure(error, mail.to);
    }
  }

  close(): void {
    this.mailer.close();
  }
}
