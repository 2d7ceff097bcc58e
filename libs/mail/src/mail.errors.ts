import { PermanentJobError } from '@monstera/jobs';

/** The mail server takes no mails at all just now: nothing is wrong with this one. */
export class MailServerDownError extends Error {
  override readonly name = 'MailServerDownError';
}

/**
 * Whether the mail has arrived is not known: its last byte was sent, and the answer did not come or was none. A server
 * may take a mail without being able to say so, so sending it again can double it. Permanent for that reason.
 */
export class MailDoubtfulError extends PermanentJobError {
  constructor(reason: string, options?: ErrorOptions) {
    const fix = "Look for its Message-ID in the server's log before you send it again.";
    super(`MAIL_DOUBTFUL: the server may have taken the mail and did not say so: ${reason}\n  ${fix}`, options);
  }
}
