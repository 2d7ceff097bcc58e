import { PermanentJobError } from '@monstera/jobs';
import type { NodemailerError } from 'nodemailer';

/** What nodemailer refuses before the server could: a missing password, no valid recipient, a mail that is too large. */
const REFUSED_BEFORE_SENDING = new Set(['EAUTH', 'ENOAUTH', 'EENVELOPE', 'EMESSAGE', 'ECONFIG', 'EREQUIRETLS']);

/**
 * Tells refusals, which the same mail would meet again, from failures that pass: the former become a
 * `PermanentJobError` that says what to do, the latter (4xx replies, connections, timeouts) are returned as they are.
 */
export function explainSmtpFailure(error: unknown, to: string): unknown {
  if (!(error instanceof Error) || !isRefusal(error)) return error;
  return new PermanentJobError(`MAIL_REFUSED: the mail to ${to} was refused: ${error.message}\n  ${mend(error)}`, {
    cause: error,
  });
}

function isRefusal({ permanent, code = '' }: NodemailerError): boolean {
  return permanent ?? REFUSED_BEFORE_SENDING.has(code);
}

function mend({ code = '', command = '' }: NodemailerError): string {
  if (code.endsWith('AUTH')) return 'Correct the user name and the password in SMTP_URL, then retry the job.';
  if (command === 'RCPT TO') return "Correct the recipient's e-mail address, then retry the job.";
  if (command === 'MAIL FROM') return 'Use a sender address that this server accepts, then retry the job.';
  return "See the server's answer above, then retry the job.";
}
