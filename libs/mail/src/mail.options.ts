export const MAIL_OPTIONS = Symbol('monstera:mail-options');

export interface MailModuleOptions {
  /**
   * `smtp://user:password@host:port`, or `smtps://…` for TLS from the start; its query may set any of nodemailer's pool
   * options (`?maxConnections=10`). Default none: mails are written to `outboxDir` instead of being sent.
   */
  smtpUrl?: string;
  /** Sender of every mail, such as `Monstera <monstera@example.com>`. */
  from: string;
  /** Folder of the `.eml` files while there is no `smtpUrl`. Made with the first mail. */
  outboxDir: string;
}
