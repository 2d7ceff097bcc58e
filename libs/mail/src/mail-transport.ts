export const MAIL_TRANSPORT = Symbol('monstera:mail-transport');

export interface OutgoingMail {
  /** One e-mail address. */
  to: string;
  subject: string;
  text: string;
  /** `<unique@domain>`. A repeat with the same one is known to be the same mail. Default random. */
  messageId?: string;
  /** Gives the sending up; a mail that the server has taken already stays sent. */
  signal?: AbortSignal;
}

export interface MailTransport {
  /** Resolves once the mail is with whoever delivers it. */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}
