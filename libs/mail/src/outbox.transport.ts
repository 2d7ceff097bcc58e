import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { mailMessage } from './mail-message.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';
import { outboxFileName } from './outbox-file-name.js';

/** Writes mails as `.eml` files, which any mail program opens, instead of sending them. */
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

  /** Whoever watches the folder never sees half a mail: it appears by a rename. */
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
