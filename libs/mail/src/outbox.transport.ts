import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { mailMessage } from './mail-message.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';
import { outboxFileName } from './outbox-file-name.js';

/** Writes mails as `.eml` files instead of sending them. Any mail program opens them. */
export class OutboxTransport implements MailTransport {
  readonly connections = Infinity;
  private readonly composer;

  constructor(
    private readonly dir: string,
    from: string,
  ) {
    this.composer = nodemailer.createTransport({ streamTransport: true, buffer: true }, { from });
  }

  async send(mail: OutgoingMail): Promise<void> {
    const { message, messageId } = await this.composer.sendMail(mailMessage(mail));
    await mkdir(this.dir, { recursive: true });
    await this.write(join(this.dir, outboxFileName(messageId)), message as Buffer, mail.signal);
  }

  close(): void {
    this.composer.close();
  }

  /** Writes to a temporary file and renames it, so that the folder never contains half a mail. */
  private async write(path: string, content: Buffer, signal?: AbortSignal): Promise<void> {
    const draft = join(this.dir, `.${randomUUID()}.tmp`);
    try {
      await writeFile(draft, content, { signal });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      signal?.throwIfAborted();
      throw error;
    }
  }
}
