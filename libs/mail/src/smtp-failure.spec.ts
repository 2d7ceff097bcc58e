import { PermanentJobError } from '@monstera/jobs';
import { explainSmtpFailure } from './smtp-failure.js';

function failure(message: string, fields: Record<string, unknown>): Error {
  return Object.assign(new Error(message), fields);
}

describe('explainSmtpFailure', () => {
  const unknownMailbox = failure('550 no such user', { code: 'EENVELOPE', permanent: true, command: 'RCPT TO' });

  it.each([
    ['an unknown mailbox', unknownMailbox, "Correct the recipient's e-mail address"],
    ['a sender the server refuses', failure('553', { permanent: true, command: 'MAIL FROM' }), 'sender address'],
    ['a wrong password', failure('535', { code: 'EAUTH', permanent: true }), 'SMTP_URL'],
    ['a password that is missing', failure('Missing credentials', { code: 'EAUTH' }), 'SMTP_URL'],
    ['a mail above the size limit', failure('too large', { code: 'EMESSAGE' }), "See the server's answer"],
  ])('makes %s permanent and says what to do', (_what, error, fix) => {
    const explained = explainSmtpFailure(error, 'demo@example.com');

    expect(explained).toBeInstanceOf(PermanentJobError);
    expect(explained).toMatchObject({ message: expect.stringContaining(fix), cause: error });
    expect((explained as Error).message).toContain('MAIL_REFUSED: the mail to demo@example.com was refused: ');
  });

  it.each([
    ['a 4xx reply', failure('450 busy', { code: 'EENVELOPE', permanent: false, responseCode: 450 })],
    ['a login that is put off', failure('454', { code: 'EAUTH', permanent: false, responseCode: 454 })],
    ['a refused connection', failure('connect', { code: 'ESOCKET' })],
    ['a dropped connection', failure('closed', { code: 'ECONNECTION' })],
    ['a timeout', failure('timeout', { code: 'ETIMEDOUT' })],
    ['a name that does not resolve just now', failure('dns', { code: 'EDNS' })],
    ['something that is no error', 'odd'],
  ])('leaves %s as it is', (_what, error) => {
    expect(explainSmtpFailure(error, 'demo@example.com')).toBe(error);
  });
});
