import { PermanentJobError } from '@monstera/jobs';

/** The mail server accepts no mails at the moment. The cause is not this mail. */
export class MailServerDownError extends Error {
  override readonly name = 'MailServerDownError';
}

/**
 * It is unknown whether the server has accepted the mail: the last byte was sent, but there was no valid answer. The error
 * is permanent, because sending again could deliver the mail twice.
 */
export class MailDoubtfulError extends PermanentJobError {
  constructor(reason: string, options?: ErrorOptions) {
    const fix = "Look for its Message-ID in the server's log before you send it again.";
    super(`MAIL_DOUBTFUL: the server may have accepted the mail, but did not confirm it: ${reason}\n  ${fix}`, options);
  }
}
