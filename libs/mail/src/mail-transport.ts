export const MAIL_TRANSPORT = Symbol('monstera:mail-transport');

export interface OutgoingMail {
  /** One e-mail address. */
  to: string;
  subject: string;
  text: string;
  /** `<unique@domain>`. Mails with the same id count as the same mail. Default: random. */
  messageId?: string;
  /** Aborts the sending. If the last byte has been sent, the server still has 5 seconds to answer. */
  signal?: AbortSignal;
}

export interface MailTransport {
  /** Number of mails that can be sent at the same time. */
  readonly connections: number;
  /** Resolves once the server has accepted the mail or the file is written. */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}
