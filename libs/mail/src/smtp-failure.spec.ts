import { PermanentJobError } from '@monstera/jobs';
import { MailDoubtfulError, MailServerDownError } from './mail.errors.js';
import { explainSmtpFailure, judgeSmtpFailure } from './smtp-failure.js';

/** An error like those of nodemailer, with or without a server's answer. */
function failure(code: string, command: string, response?: string): Error {
  const digits = response === undefined ? undefined : Number(/^\d+/.exec(response)?.[0]) || undefined;
  const permanent = digits === undefined ? undefined : digits >= 500 && digits < 600;
  return Object.assign(new Error(response ?? code), { code, command, response, responseCode: digits, permanent });
}

describe('judgeSmtpFailure before the last byte is out', () => {
  it.each([
    ['nobody listens', failure('ESOCKET', 'CONN'), 'down'],
    ['the name does not resolve', failure('EDNS', 'CONN'), 'down'],
    ['the greeting does not come', failure('ETIMEDOUT', 'CONN'), 'down'],
    ['the server greets with 421', failure('EPROTOCOL', 'CONN', '421 4.3.2 Too busy'), 'down'],
    ['the server greets with 554', failure('EPROTOCOL', 'CONN', '554 No service here'), 'down'],
    ['the server greets with garbage', failure('EPROTOCOL', 'CONN', 'HTTP/1.1 400 Bad Request'), 'down'],
    ['TLS fails', failure('ETLS', 'STARTTLS'), 'down'],
    ['the server shuts down between mails', failure('EENVELOPE', 'MAIL FROM', '421 Shutting down'), 'down'],
    ['the server shuts down at the final dot', failure('EMESSAGE', 'DATA', '421 Shutting down'), 'down'],
    ['the password is wrong', failure('EAUTH', 'AUTH PLAIN', '535 Bad credentials'), 'login'],
    ['the login is put off', failure('EAUTH', 'AUTH PLAIN', '454 Try later'), 'login'],
    ['the password is missing', failure('EAUTH', 'API'), 'login'],
    ['the server wants a login', failure('EENVELOPE', 'MAIL FROM', '530 Authentication required'), 'login'],
    ['the sender is refused', failure('EENVELOPE', 'MAIL FROM', '553 Not your address'), 'sender'],
    ['the mail is too large for the server', failure('EENVELOPE', 'MAIL FROM', '552 Too large'), 'refused'],
    ['the mail is too large for nodemailer', failure('EMESSAGE', 'MAIL FROM'), 'refused'],
    ['the mailbox is unknown', failure('EENVELOPE', 'RCPT TO', '550 No such user'), 'refused'],
    ['the content is refused', failure('EMESSAGE', 'DATA', '554 Spam'), 'refused'],
    ['the recipient is greylisted', failure('EENVELOPE', 'RCPT TO', '450 Greylisted'), 'passing'],
    ['the recipient is greylisted with 421', failure('EENVELOPE', 'RCPT TO', '421 Greylisted'), 'passing'],
    ['space is short', failure('EMESSAGE', 'DATA', '452 Insufficient storage'), 'passing'],
    ['an answer is garbage', failure('EENVELOPE', 'RCPT TO', 'what?'), 'passing'],
    ['an answer has a number that means nothing', failure('EENVELOPE', 'RCPT TO', '999 Odd'), 'passing'],
  ])('when %s', (_what, error, verdict) => {
    expect(judgeSmtpFailure(error, false)).toBe(verdict);
  });
});

describe('judgeSmtpFailure after the last byte', () => {
  it.each([
    ['the connection is lost', failure('ECONNECTION', 'CONN'), 'doubtful'],
    ['the connection is reset', failure('ESOCKET', 'CONN'), 'doubtful'],
    ['the answer does not come', failure('ETIMEDOUT', 'CONN'), 'doubtful'],
    ['the answer is garbage', failure('EMESSAGE', 'DATA', 'what?'), 'doubtful'],
    ['the answer has a number that means nothing', failure('EMESSAGE', 'DATA', '999 Odd'), 'doubtful'],
    ['the answer has too many digits', failure('EMESSAGE', 'DATA', '5500 Odd'), 'doubtful'],
    ['the answer belongs to another step', failure('EMESSAGE', 'DATA', '354 Go ahead'), 'doubtful'],
    ['the sending was cut off', Object.assign(new Error('aborted'), { name: 'AbortError' }), 'doubtful'],
    ['the mail is put off', failure('EMESSAGE', 'DATA', '451 Later'), 'passing'],
    ['the mail is refused', failure('EMESSAGE', 'DATA', '554 Spam'), 'refused'],
    ['the server shuts down', failure('EMESSAGE', 'DATA', '421 Shutting down'), 'down'],
  ])('when %s', (_what, error, verdict) => {
    expect(judgeSmtpFailure(error, true)).toBe(verdict);
  });
});

describe('explainSmtpFailure', () => {
  const explain = (error: unknown, handedOver = false) => explainSmtpFailure(error, 'demo@example.com', handedOver);

  it.each([
    ['RCPT TO', '550 No such user', "Correct the recipient's e-mail address"],
    ['DATA', '554 Spam', "See the server's answer"],
  ])('makes a refusal at %s permanent and says what to do', (command, response, fix) => {
    const error = failure('EENVELOPE', command, response);

    expect(explain(error)).toBeInstanceOf(PermanentJobError);
    expect(explain(error)).toMatchObject({ message: expect.stringContaining(fix), cause: error });
    expect((explain(error) as Error).message).toContain('MAIL_REFUSED: the mail to demo@example.com was refused: ');
  });

  it.each([
    ['a wrong password', failure('EAUTH', 'AUTH PLAIN', '535 Bad'), /^MAIL_LOGIN_REFUSED: .*SMTP_URL/s],
    ['a sender that is refused', failure('EENVELOPE', 'MAIL FROM', '553 No'), /^MAIL_SENDER_REFUSED: .*MAIL_FROM/s],
    ['a connection that is refused', failure('ESOCKET', 'CONN'), /^MAIL_SERVER_DOWN: .*SMTP_URL/s],
  ])('says how to mend %s, without naming anybody', (_what, error, message) => {
    expect(explain(error)).toBeInstanceOf(MailServerDownError);
    expect((explain(error) as Error).message).toMatch(message);
    expect((explain(error) as Error).message).not.toContain('demo@example.com');
  });

  it('makes a doubtful ending permanent', () => {
    expect(explain(failure('ETIMEDOUT', 'CONN'), true)).toBeInstanceOf(MailDoubtfulError);
    expect(explain(failure('ETIMEDOUT', 'CONN'), true)).toBeInstanceOf(PermanentJobError);
  });

  it.each([
    ['a reply that passes', failure('EENVELOPE', 'RCPT TO', '450 busy')],
    ['something that is no error', 'odd'],
  ])('leaves %s as it is', (_what, error) => {
    expect(explain(error)).toBe(error);
  });
});
