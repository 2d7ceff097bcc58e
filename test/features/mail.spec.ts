import { DependencyDownError, PermanentJobError } from '@monstera/jobs';
import { MailDoubtfulError, MailModule, MailService, type MailModuleOptions } from '@monstera/mail';
import type { TestingModule } from '@nestjs/testing';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
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

  it('waits for the server, with what to mend, while the password is wrong', async () => {
    const smtpUrl = server.url.replace('smtp://', 'smtp://user:secret@');
    const mails = await mailService({ smtpUrl });

    const failure: unknown = await mails.send(REMINDER).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DependencyDownError);
    expect((failure as DependencyDownError).cause).toMatchObject({
      message: expect.stringMatching(/^MAIL_LOGIN_REFUSED: .*535.*SMTP_URL/s) as string,
    });
    server.script = { password: 'secret' };
    await mails.send(REMINDER);
    expect(server.mails).toHaveLength(1);
  });

  it.each([
    ['421', { code: 421, text: '4.3.2 Too many connections' }],
    ['554', { code: 554, text: '5.3.2 No service here' }],
  ])('waits for the server while it greets with %s', async (_code, greeting) => {
    server.script = { greeting };
    const mails = await mailService({ smtpUrl: server.url });

    await expect(mails.send(REMINDER)).rejects.toBeInstanceOf(DependencyDownError);
  });

  it('waits for the server while its greeting does not come', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const mails = await mailService({ smtpUrl: `smtp://127.0.0.1:${port}?greetingTimeout=100` });

    await expect(mails.send(REMINDER)).rejects.toBeInstanceOf(DependencyDownError);
    silent.close();
  });

  it.each([
    ['the connection drops', { data: 'drop' }],
    ['the answer is garbage', { data: 'garbage' }],
  ] as const)('is doubtful when %s after the last byte', async (_what, script) => {
    server.script = script;
    const sending = (await mailService({ smtpUrl: server.url })).send(REMINDER);

    await expect(sending).rejects.toBeInstanceOf(MailDoubtfulError);
    expect(server.arrived).toBe(1);
  });

  it('is doubtful when the answer to the last byte takes longer than the limit', async () => {
    let release = (): void => undefined;
    server.script = { hold: new Promise((resolve) => (release = resolve)) };
    const sending = (await mailService({ smtpUrl: `${server.url}?socketTimeout=200` })).send(REMINDER);

    await expect(sending).rejects.toBeInstanceOf(MailDoubtfulError);
    release();
  });

  it('goes to an address with other than ASCII letters if the server announces SMTPUTF8', async () => {
    await (await mailService({ smtpUrl: server.url })).send({ ...REMINDER, to: 'jürgen@example.com' });

    expect(server.mails[0]?.to).toMatchObject({ value: [{ address: 'jürgen@example.com' }] });
  });

  it('is refused for an address with other than ASCII letters if the server does not announce SMTPUTF8', async () => {
    const old = await startSmtpServer({ smtpUtf8: false });
    const mails = await mailService({ smtpUrl: old.url });
    const sending = mails.send({ ...REMINDER, to: 'jürgen@example.com' });

    await expect(sending).rejects.toBeInstanceOf(PermanentJobError);
    await expect(sending).rejects.toThrow(/^MAIL_REFUSED: .*SMTPUTF8/s);
    await mails.send({ ...REMINDER, to: 'juergen@exämple.com' });
    expect(old.mails).toHaveLength(1);
    await old.stop();
  });

  it.each([
    ['the mailbox is busy', { recipient: { code: 450, text: '4.2.1 Try again later' } }],
    ['the server is short of space', { data: { code: 452, text: '4.3.1 Insufficient storage' } }],
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

  it('waits for the server when nothing listens', async () => {
    const gone = await startSmtpServer();
    const smtpUrl = gone.url;
    await gone.stop();

    const failure: unknown = await (await mailService({ smtpUrl })).send(REMINDER).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DependencyDownError);
    expect(failure).toMatchObject({ cause: { message: expect.stringMatching(/^MAIL_SERVER_DOWN: /) as string } });
  });

  it('is given up with the reason of the signal before its last byte is out', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const connected = once(silent, 'connection');
    const abort = new AbortController();
    const mails = await mailService({ smtpUrl: `smtp://127.0.0.1:${port}` });
    const outcome = mails.send({ ...REMINDER, signal: abort.signal }).catch((error: unknown) => error);
    await connected;

    abort.abort(new Error('shutting down'));

    expect(await outcome).toMatchObject({ message: 'shutting down' });
    silent.close();
  });

  it('is still sent if the answer comes soon after it was given up', async () => {
    let release = (): void => undefined;
    server.script = { hold: new Promise((resolve) => (release = resolve)) };
    const abort = new AbortController();
    const sending = (await mailService({ smtpUrl: server.url })).send({ ...REMINDER, signal: abort.signal });
    await eventually(() => server.arrived === 1);

    abort.abort(new Error('shutting down'));
    release();

    await expect(sending).resolves.toBeUndefined();
  });

  it('is doubtful if it was given up and the answer does not come', async () => {
    let release = (): void => undefined;
    server.script = { hold: new Promise((resolve) => (release = resolve)) };
    const abort = new AbortController();
    const sending = (await mailService({ smtpUrl: server.url })).send({ ...REMINDER, signal: abort.signal });
    const outcome = sending.catch((error: unknown) => error);
    await eventually(() => server.arrived === 1);

    abort.abort(new Error('shutting down'));

    expect(await outcome).toBeInstanceOf(MailDoubtfulError);
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
