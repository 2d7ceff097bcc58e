import { PermanentJobError } from '@monstera/jobs';
import { types } from 'node:util';
import type { NodemailerError } from 'nodemailer';
import { MailDoubtfulError, MailServerDownError } from './mail.errors.js';

/** Failures of the connection, of TLS and of the login. They concern every mail. */
const SESSION_CODES = new Set([
  'ECONNECTION',
  'ESOCKET',
  'ETIMEDOUT',
  'EDNS',
  'ETLS',
  'EPROTOCOL',
  'EPROXY',
  'EAUTH',
  'ENOAUTH',
  'EOAUTH2',
]);
/** Failures that nodemailer finds before it sends: no valid recipient, or a mail that is too large. */
const REFUSED_BEFORE_SENDING = new Set(['EENVELOPE', 'EMESSAGE', 'ECONFIG', 'EREQUIRETLS']);
const LOGIN_REPLIES = new Set([530, 534, 535, 538]);
const TOO_LARGE = 552;
const CLOSING = 421;

export type SmtpVerdict = 'doubtful' | 'login' | 'down' | 'sender' | 'refused' | 'passing';

/**
 * What a failure means for the mail:
 * - `doubtful`: the mail may have arrived.
 * - `login`, `down`, `sender`: no mail can be sent until the cause is removed.
 * - `refused`: the server would refuse this mail again.
 * - `passing`: a later attempt may succeed, as with greylisting.
 *
 * `handedOver`: whether the last byte had been sent.
 */
export function judgeSmtpFailure(error: NodemailerError, handedOver: boolean): SmtpVerdict {
  const reply = replyOf(error);
  const { code = '', command = '' } = error;
  if (handedOver && reply === null) return 'doubtful';
  if ((reply !== null && LOGIN_REPLIES.has(reply)) || code === 'EAUTH' || code === 'ENOAUTH') return 'login';
  // 421 as the answer to a recipient concerns only that recipient.
  if (SESSION_CODES.has(code) || (reply === CLOSING && command !== 'RCPT TO')) return 'down';
  if (reply === null) return !error.response && REFUSED_BEFORE_SENDING.has(code) ? 'refused' : 'passing';
  if (reply < 500) return 'passing';
  return command === 'MAIL FROM' && reply !== TOO_LARGE ? 'sender' : 'refused';
}

/** Turns a failure into an error that says what happened and how to fix it. Passing failures stay unchanged. */
export function explainSmtpFailure(error: unknown, to: string, handedOver: boolean): unknown {
  // An error from another realm is not an `instanceof Error`.
  if (!types.isNativeError(error)) return error;
  const verdict = judgeSmtpFailure(error, handedOver);
  switch (verdict) {
    case 'doubtful':
      return new MailDoubtfulError(error.message, { cause: error });
    case 'login':
      return down('MAIL_LOGIN_REFUSED', 'Correct the user name and the password in SMTP_URL and restart.', error);
    case 'sender':
      return down('MAIL_SENDER_REFUSED', 'Set MAIL_FROM to a sender that this server accepts and restart.', error);
    case 'down':
      return down('MAIL_SERVER_DOWN', 'Check that the server of SMTP_URL runs and can be reached from here.', error);
    case 'refused':
      return refused(error, to);
    case 'passing':
      return error;
    default:
      return verdict satisfies never;
  }
}

/** The reply code if it is a failure according to RFC 5321. Null if there is no valid answer. */
function replyOf({ response = '', responseCode }: NodemailerError): number | null {
  const digits = /^([45]\d\d)(?!\d)/.exec(response)?.[1];
  const reply = Number(digits ?? responseCode);
  return reply >= 400 && reply < 600 ? reply : null;
}

function down(code: string, fix: string, cause: Error): MailServerDownError {
  return new MailServerDownError(`${code}: ${cause.message}\n  ${fix}`, { cause });
}

function refused(error: NodemailerError, to: string): PermanentJobError {
  const fix = error.command === 'RCPT TO' ? "Correct the recipient's e-mail address" : "See the server's answer above";
  const message = `MAIL_REFUSED: the mail to ${to} was refused: ${error.message}\n  ${fix}, then retry the job.`;
  return new PermanentJobError(message, { cause: error });
}
