import { MailModule, MailService } from '@monstera/mail';
import { Test, type TestingModule } from '@nestjs/testing';
import { simpleParser } from 'mailparser';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REMINDER = {
  to: 'demo.engineer.1@example.com',
  subject: 'Wochenbericht für 2024-W03',
  text: 'Bitte schicken — 週報',
  messageId: '<reminder.2024-W03@weekly-reports.monstera>',
};

let outboxDir: string;
const modules: TestingModule[] = [];

async function mailService(): Promise<MailService> {
  const settings = { from: 'Monstera <monstera@example.com>', outboxDir };
  const module = await Test.createTestingModule({ imports: [MailModule.forRoot(settings)] }).compile();
  modules.push(await module.init());
  return module.get(MailService);
}

beforeAll(async () => {
  outboxDir = await mkdtemp(join(tmpdir(), 'monstera-outbox-'));
});

afterAll(async () => {
  await Promise.all(modules.splice(0).map((module) => module.close()));
  await rm(outboxDir, { recursive: true, force: true });
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
