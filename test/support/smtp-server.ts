import { simpleParser, type ParsedMail } from 'mailparser';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';

export interface SmtpReply {
  /** 4xx: try again later; 5xx: refused. */
  code: number;
  text: string;
}

export interface SmtpScript {
  /** Reply to every RCPT TO. Default: accepted. */
  recipient?: SmtpReply;
  /** Reply to every mail's end; `drop` takes the mail and then cuts the connection before it says so. Default: 250. */
  data?: SmtpReply | 'drop';
  /** Every mail waits for this before it is taken. */
  hold?: Promise<void>;
}

export interface SmtpTestServer {
  readonly url: string;
  /** Every mail that the server has taken, whether or not it could say so. */
  readonly mails: ParsedMail[];
  /** How many mails have arrived whole, taken or not. */
  readonly arrived: number;
  readonly openConnections: number;
  script: SmtpScript;
  /** Back to accepting everything, with no mails. */
  reset(): void;
  stop(): Promise<void>;
}

/** A real SMTP server on a free port of the loopback. */
export async function startSmtpServer(): Promise<SmtpTestServer> {
  const server = new ScriptedSmtpServer();
  await server.start();
  return server;
}

class ScriptedSmtpServer implements SmtpTestServer {
  readonly mails: ParsedMail[] = [];
  arrived = 0;
  script: SmtpScript = {};
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth: (_auth, _session, done) => done(replyError({ code: 535, text: '5.7.8 Bad credentials' })),
    onRcptTo: (_address, _session, done) => done(this.script.recipient && replyError(this.script.recipient)),
    onData: (stream, session, done) => void this.answer(stream, session, done),
  });

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  get openConnections(): number {
    return this.server.connections.size;
  }

  start(): Promise<void> {
    // A client that gives up in the middle of a mail is part of the tests, not a failure of the server.
    this.server.on('error', () => undefined);
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', () => resolve()));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  reset(): void {
    this.mails.length = 0;
    this.arrived = 0;
    this.script = {};
  }

  private async answer(...[stream, session, done]: Parameters<SMTPServer['onData']>): Promise<void> {
    try {
      const reply = await this.take(stream, session);
      done(reply && replyError(reply));
    } catch (error) {
      done(error as Error);
    }
  }

  private async take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<SmtpReply | undefined> {
    const mail = await simpleParser(stream);
    this.arrived += 1;
    const { data, hold } = this.script;
    await hold;
    if (data && data !== 'drop') return data;
    this.mails.push(mail);
    if (data === 'drop') this.cut(session);
    return undefined;
  }

  private cut({ id }: SMTPServerSession): void {
    for (const connection of this.server.connections) if (connection.id === id) connection._socket.destroy();
  }
}

function replyError({ code, text }: SmtpReply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
