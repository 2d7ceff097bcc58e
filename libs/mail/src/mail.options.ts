export const MAIL_OPTIONS = Symbol('monstera:mail-options');

export interface MailModuleOptions {
  /**
   * `smtp://user:password@host:port`, or `smtps://…` for TLS from the start. The query can set nodemailer's pool options,
   * such as `?maxConnections=10`. Default: none; mails are then written to `outboxDir` instead of being sent.
   */
  smtpUrl?: string;
  /** Sender of every mail, such as `Monstera <monstera@example.com>`. */
  from: string;
  /** Folder of the `.eml` files if there is no `smtpUrl`. Created with the first mail. */
  outboxDir: string;
}
