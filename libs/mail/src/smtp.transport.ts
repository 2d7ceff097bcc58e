import nodemailer, { type SendMailOptions, type Transporter } from 'nodemailer';
import { Handover } from './handover.js';
import { mailMessage } from './mail-message.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';
import { explainSmtpFailure } from './smtp-failure.js';
import { announcesSmtpUtf8, needsSmtpUtf8, smtpUtf8Missing } from './smtp-utf8.js';

/**
 * Milliseconds. RFC 5321 section 4.5.3.2 asks for at least 5 minutes for the greeting and the commands, and 10 minutes for
 * the answer to the final dot. All answers share one limit of nodemailer, so it is the longest of these.
 */
const TIMEOUTS = { dnsTimeout: 30_000, connectionTimeout: 300_000, greetingTimeout: 300_000, socketTimeout: 600_000 };

const DEFAULT_CONNECTIONS = 5;

type TrackedMail = SendMailOptions & { handover: Handover };

/** A pool of SMTP connections, opened with the first mail. */
export class SmtpTransport implements MailTransport {
  readonly connections: number;
  private readonly mailer: Transporter;
  private smtpUtf8 = false;

  constructor(
    private readonly url: string,
    from: string,
  ) {
    this.connections = Number(new URL(url).searchParams.get('maxConnections')) || DEFAULT_CONNECTIONS;
    this.mailer = nodemailer.createTransport(
      { ...TIMEOUTS, pool: true, maxConnections: DEFAULT_CONNECTIONS, url },
      { from },
    );
    this.mailer.use('stream', ({ data, message }, done) => {
      const { handover } = data as TrackedMail;
      message.processFunc((content) => content.once('end', () => (handover.done = true)));
      done();
    });
  }

  async send(mail: OutgoingMail): Promise<void> {
    const handover = new Handover(mail.signal);
    try {
      if (needsSmtpUtf8(mail.to)) await this.requireSmtpUtf8(mail.to);
      const tracked: TrackedMail = { ...mailMessage(mail), signal: handover.signal, handover };
      await this.mailer.sendMail(tracked);
    } catch (error) {
      if (!handover.done) mail.signal?.throwIfAborted();
      throw explainSmtpFailure(error, mail.to, handover.done);
    } finally {
      handover.end();
    }
  }

  close(): void {
    this.mailer.close();
  }

  private async requireSmtpUtf8(to: string): Promise<void> {
    this.smtpUtf8 ||= await announcesSmtpUtf8(this.url);
    if (!this.smtpUtf8) throw smtpUtf8Missing(to);
  }
}
