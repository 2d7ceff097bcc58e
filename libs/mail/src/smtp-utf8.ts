import { PermanentJobError } from '@monstera/jobs';
import nodemailer from 'nodemailer';

/** Milliseconds. Far below a job's timeout, because the question cannot be aborted. */
const TIMEOUTS = { dnsTimeout: 30_000, connectionTimeout: 60_000, greetingTimeout: 60_000, socketTimeout: 60_000 };

/** Whether the part before the `@` has characters that only servers with SMTPUTF8 (RFC 6531) accept. */
export function needsSmtpUtf8(address: string): boolean {
  return /[^\p{ASCII}]/u.test(address.slice(0, address.lastIndexOf('@')));
}

export function smtpUtf8Missing(to: string): PermanentJobError {
  return new PermanentJobError(
    `MAIL_REFUSED: the mail to ${to} was refused: the server of SMTP_URL does not announce SMTPUTF8, which addresses ` +
      "with non-ASCII letters before the @ need\n  Correct the recipient's e-mail address, then retry the job.",
  );
}

/**
 * Asks the server on a separate connection, because the pool does not reveal what its server announces. Asks after the
 * login, because servers announce more to a client that has logged in.
 */
export async function announcesSmtpUtf8(url: string): Promise<boolean> {
  let announced = false;
  const listen = (_entry: object, message: string, ...rest: unknown[]): void => {
    if (/^250[ -]SMTPUTF8\b/im.test([message, ...rest].join(' '))) announced = true;
  };
  const ignore = (): void => undefined;
  const logger = {
    level: ignore,
    trace: ignore,
    debug: listen,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
  };
  const prober = nodemailer.createTransport({ ...TIMEOUTS, url, transactionLog: true, logger });
  try {
    await prober.verify();
    return announced;
  } finally {
    prober.close();
  }
}
