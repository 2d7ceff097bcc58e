import { DependencyDownError, DependencyHealth } from '@monstera/jobs';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { MailServerDownError } from './mail.errors.js';
import { MAIL_TRANSPORT, type MailTransport, type OutgoingMail } from './mail-transport.js';
import { TurnGate } from './turn-gate.js';

/** Name of the mail server in logs, health and metrics. */
const DEPENDENCY = 'smtp';
/** Milliseconds that a job waits for a connection while it occupies a slot. After that it is snoozed. */
const MAX_WAIT_MS = 30_000;

export type SendMail = (mail: OutgoingMail) => Promise<void>;

@Injectable()
export class MailService implements OnApplicationShutdown {
  private readonly gate: TurnGate;

  constructor(
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Optional() private readonly health?: DependencyHealth,
  ) {
    const { connections } = transport;
    this.gate = new TurnGate({ size: connections, waiting: 2 * connections, maxWaitMs: MAX_WAIT_MS });
  }

  /**
   * Sends one mail. Throws:
   * - `PermanentJobError` if the server refuses this mail permanently, for instance because the mailbox is unknown;
   * - `MailDoubtfulError` if the server may have accepted the mail without confirming it;
   * - `DependencyDownError` if no mail can be sent at the moment: there is no answer, or the password is wrong;
   * - `SnoozeJobError` if too many mails are waiting for a connection;
   * - the signal's reason if it was aborted;
   * - the error itself if another attempt may succeed.
   */
  send(mail: OutgoingMail): Promise<void> {
    return this.inTurn(mail.signal, (send) => send(mail));
  }

  /**
   * Runs `work` once a connection is free, so that it can check something just before it sends the mail. `work` sends with
   * the function that it gets. Throws `SnoozeJobError` if no connection is free soon, the signal's reason if it aborts
   * during the wait, and what `work` throws.
   */
  inTurn<T>(signal: AbortSignal | undefined, work: (send: SendMail) => Promise<T>): Promise<T> {
    return this.gate.run(signal, () => work((mail) => this.sendNow(mail)));
  }

  /** In the last of Nest's hooks, because jobs still use the connections while they drain in an earlier one. */
  onApplicationShutdown(): void {
    this.transport.close();
  }

  private async sendNow(mail: OutgoingMail): Promise<void> {
    mail.signal?.throwIfAborted();
    const sending = (): Promise<void> => this.transport.send(mail);
    if (this.health) return this.health.call(DEPENDENCY, sending, isDown);
    return sending().catch((error: unknown) => {
      throw isDown(error) ? new DependencyDownError(DEPENDENCY, { cause: error }) : error;
    });
  }
}

function isDown(error: unknown): boolean {
  return error instanceof MailServerDownError;
}
