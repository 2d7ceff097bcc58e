import { PermanentJobError } from '@monstera/jobs';
import { MailModule, MailService, type MailModuleOptions } from '@monstera/mail';
import type { TestingModule } from '@nestjs/testing';
import { Test } from '@nestjs/testing';
import { simpleParser } from 'mailparser';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/index.js';
import { startSmtpServer, type SmtpTestServer } from '../support/smtp-server.js';

const REMINDER = {
  to: 'demo.engineer.1@example.com',
  subject: 'Wochenbericht für 2024-W03',
  text: 'Bitte schicken — 週報',
  messageId: '<reminder.2024-W03@weekly-reports.monstera>',
};

let outboxDir: string;
const modules: TestingModule[] = [];

async function mailService(options: Partial<MailModuleOptions> = {}): Promise<MailService> {
  const settings = { from: 'Monstera <monstera@example.com>', outboxDir, ...options };
  const module = await Test.createTestingModule({ imports: [MailModule.forRoot(settings)] }).compile();
  modules.push(await module.init());
  return module.get(MailService);
}

beforeAll(async () => {
  outboxDir = await mkdtemp(join(tmpdir(), 'monstera-outbox-'));
});

afterEach(async () => {
  await Promise.all(modules.splice(0).map((module) => module.close()));
});

afterAll(() => rm(outboxDir, { recursive: true, force: true }));

describe('mail over SMTP', () => {
  let server: SmtpTestServer;

  beforeAll(async () => {
    server = await startSmtpServer();
  });

  beforeEach(() => server.reset());

  afterAll(() => server.stop());

  it('arrives with its sender, recipient, subject, text and Message-ID', async () => {
    await (await mailService({ smtpUrl: server.url })).send(REMINDER);

    const [mail] = server.mails;
    expect(server.mails).toHaveLength(1);
    expect(mail).toMatchObject({ subject: REMINDER.subject, messageId: REMINDER.messageId });
    expect(mail?.text?.trim()).toBe(REMINDER.text);
    expect(mail?.from?.value).toEqual([{ name: 'Monstera', address: 'monstera@example.com' }]);
    expect(mail?.to).toMatchObject({ value: [{ address: REMINDER.to }] });
  });

  it('goes to one mailbox, even if the address has a comma in it', async () => {
    const mail = { ...REMINDER, to: 'first@example.com, second@example.com' };

    await (await mailService({ smtpUrl: server.url })).send(mail).catch(() => undefined);

    expect(server.mails.filter(({ to }) => JSON.stringify(to).includes('"second@example.com"'))).toEqual([]);
  });

  it('fails for good when the mailbox is unknown', async () => {
    server.script = { recipient: { code: 550, text: '5.1.1 No such user' } };

    const sending = (await mailService({ smtpUrl: server.url })).send(REMINDER);

    await expect(sending).rejects.toBeInstanceOf(PermanentJobError);
    await expect(sending).rejects.toThrow(/^MAIL_REFUSED: .*550.*No such user\n {2}Correct the recipient's/s);
  });

  it('fails for good when the password is wrong', async () => {
    const smtpUrl = server.url.replace('smtp://', 'smtp://user:wrong@');

    const sending = (await mailService({ smtpUrl })).send(REMINDER);

    await expect(sending).rejects.toBeInstanceOf(PermanentJobError);
    await expect(sending).rejects.toThrow('SMTP_URL');
  });

  it.each([
    ['the mailbox is busy', { recipient: { code: 450, text: '4.2.1 Try again later' } }],
    ['the server is short of space', { data: { code: 452, text: '4.3.1 Insufficient storage' } }],
    ['the connection drops before the server has said 250', { data: 'drop' }],
  ] as const)('can be tried again when %s', async (_what, script) => {
    server.script = script;
    const mails = await mailService({ smtpUrl: server.url });
    const failure: unknown = await mails.send(REMINDER).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(PermanentJobError);

    server.reset();
    await mails.send(REMINDER);
    expect(server.mails).toHaveLength(1);
  });

  it('is not sent twice by the pool itself when the connection drops after the mail was taken', async () => {
    server.script = { data: 'drop' };

    await expect((await mailService({ smtpUrl: server.url })).send(REMINDER)).rejects.toThrow();

    expect(server.arrived).toBe(1);
  });

  it('can be tried again when nothing listens', async () => {
    const gone = await startSmtpServer();
    const smtpUrl = gone.url;
    await gone.stop();

    const failure: unknown = await (await mailService({ smtpUrl })).send(REMINDER).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'ESOCKET' });
    expect(failure).not.toBeInstanceOf(PermanentJobError);
  });

  it('is given up with the reason of the signal', async () => {
    let release = (): void => undefined;
    server.script = { hold: new Promise((resolve) => (release = resolve)) };
    const abort = new AbortController();
    const sending = (await mailService({ smtpUrl: server.url })).send({ ...REMINDER, signal: abort.signal });
    const outcome = sending.catch((error: unknown) => error);
    await eventually(() => server.arrived === 1);

    abort.abort(new Error('shutting down'));

    expect(await outcome).toMatchObject({ message: 'shutting down' });
    release();
  });

  it('uses one connection for several mails and closes it at shutdown', async () => {
    const mails = await mailService({ smtpUrl: server.url });
    await mails.send(REMINDER);
    await mails.send({ ...REMINDER, messageId: undefined });

    expect(server.mails).toHaveLength(2);
    await eventually(() => server.openConnections === 1);
    await modules.pop()?.close();
    await eventually(() => server.openConnections === 0);
  });
});

describe('mail without an SMTP server', () => {
  it('becomes an .eml file that a repeat replaces', async () => {
    const mails = await mailService();
    await mails.send(REMINDER);
    await mails.send({ ...REMINDER, subject: 'Second' });

    expect(await readdir(outboxDir)).toEqual(['reminder.2024-W03@weekly-reports.monstera.eml']);
    const mail = await simpleParser(await readFile(join(outboxDir, 'reminder.2024-W03@weekly-reports.monstera.eml')));
    expect(mail).toMatchObject({ subject: 'Second', messageId: REMINDER.messageId });
    expect(mail.to).toMatchObject({ value: [{ address: REMINDER.to }] });
  });

  it('writes nothing for a signal that has fired', async () => {
    const before = await readdir(outboxDir);
    const sending = (await mailService()).send({ ...REMINDER, messageId: '<late@x>', signal: AbortSignal.abort() });

    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(outboxDir)).toEqual(before);
  });
});
