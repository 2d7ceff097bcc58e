export const MAIL_TRANSPORT = Symbol('monstera:mail-transport');

export interface OutgoingMail {
  /** One e-mail address. */
  to: string;
  subject: string;
  text: string;
  /** `<unique@domain>`. A repeat with the same one is known to be the same mail. Default random. */
  messageId?: string;
  /** Gives the sending up. A mail whose last byte is out has 5 seconds more for the server's answer. */
  signal?: AbortSignal;
}

export interface MailTransport {
  /** How many mails can be on their way at a time. */
  readonly connections: number;
  /** Resolves once the mail is with whoever delivers it. */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}
