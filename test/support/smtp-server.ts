import { simpleParser, type ParsedMail } from 'mailparser';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { used, type UsedOptions } from './used.js';

export interface SmtpReply {
  /** 4xx: try again later; 5xx: refused. */
  code: number;
  text: string;
}

export interface SmtpScript {
  /** Instead of the greeting. */
  greeting?: SmtpReply;
  /** What a login must say. Default: every login is refused. */
  password?: string;
  /** Reply to every RCPT TO. Default: accepted. */
  recipient?: SmtpReply;
  /**
   * Reply to every mail's end; `drop` takes the mail and then cuts the connection before it says so, `garbage` says
   * something that is no reply. Default: 250.
   */
  data?: SmtpReply | 'drop' | 'garbage';
  /** Every mail waits for this before it is taken. */
  hold?: Promise<void>;
  /** Every mail is taken this much later, in milliseconds. */
  slowMs?: number;
}

export interface SmtpTestServer {
  readonly url: string;
  /** Every mail that the server has taken, whether or not it could say so. */
  readonly mails: ParsedMail[];
  /** How many mails have arrived whole, taken or not. */
  readonly arrived: number;
  readonly openConnections: number;
  /** Most mails that were on their way at a time. */
  readonly busiest: number;
  /** For how long it has kept mails waiting, all of them together. */
  readonly busyMs: number;
  readonly refusedLogins: number;
  script: SmtpScript;
  /** Back to accepting everything, with no mails. */
  reset(): void;
  stop(): Promise<void>;
}

export interface SmtpServerOptions {
  /** Default: a free one. A server that comes back listens where it did before. */
  port?: number;
  /** Whether the server says that it takes addresses with other than ASCII letters. Default true. */
  smtpUtf8?: boolean;
}

/** A real SMTP server on the loopback. */
export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<SmtpTestServer> {
  const server = new ScriptedSmtpServer(options);
  await server.start(options.port);
  return server;
}

/** A mail server for the tests of a `describe`. */
export function useSmtpServer(options: UsedOptions = {}): SmtpTestServer {
  return used(
    () => startSmtpServer(),
    (server) => server.stop(),
    options,
  );
}

class ScriptedSmtpServer implements SmtpTestServer {
  readonly mails: ParsedMail[] = [];
  arrived = 0;
  busiest = 0;
  busyMs = 0;
  refusedLogins = 0;
  script: SmtpScript = {};
  private busy = 0;
  private readonly server: SMTPServer;

  constructor({ smtpUtf8 = true }: SmtpServerOptions) {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      closeTimeout: 100,
      hideSMTPUTF8: !smtpUtf8,
      onConnect: (_session, done) => done(this.script.greeting && replyError(this.script.greeting)),
      onAuth: ({ password }, _session, done) => {
        if (password !== undefined && password === this.script.password) return done(null, { user: 'user' });
        this.refusedLogins += 1;
        done(replyError({ code: 535, text: '5.7.8 Bad credentials' }));
      },
      onRcptTo: (_address, _session, done) => done(this.script.recipient && replyError(this.script.recipient)),
      onData: (stream, session, done) => void this.answer(stream, session, done),
    });
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  get openConnections(): number {
    return this.server.connections.size;
  }

  start(port = 0): Promise<void> {
    // A client that gives up in the middle of a mail is part of the tests, not a failure of the server.
    this.server.on('error', () => undefined);
    return new Promise((resolve) => this.server.listen(port, '127.0.0.1', () => resolve()));
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  reset(): void {
    this.mails.length = 0;
    this.arrived = 0;
    this.busiest = 0;
    this.busyMs = 0;
    this.refusedLogins = 0;
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
    const { data } = this.script;
    await this.wait();
    if (typeof data === 'object') return data;
    this.mails.push(mail);
    if (data === 'drop') this.socketOf(session)?.destroy();
    if (data === 'garbage') this.socketOf(session)?.write('no idea what to say\r\n');
    return undefined;
  }

  private async wait(): Promise<void> {
    const { hold, slowMs } = this.script;
    const startedMs = performance.now();
    this.busy += 1;
    this.busiest = Math.max(this.busiest, this.busy);
    await hold;
    if (slowMs) await delay(slowMs);
    this.busy -= 1;
    this.busyMs += performance.now() - startedMs;
  }

  private socketOf({ id }: SMTPServerSession): Socket | undefined {
    return [...this.server.connections].find((connection) => connection.id === id)?._socket;
  }
}

function replyError({ code, text }: SmtpReply): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
