import { DependencyDownError, DependencyHealth } from '@monstera/jobs';
import { Inject, Injectable, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { MailServerDownError } from './mail.errors.js';
import { MAIL_TRANSPORT, type MailTransport, type OutgoingMail } from './mail-transport.js';
import { TurnGate } from './turn-gate.js';

/** Name of the mail server in logs, health and metrics. */
const DEPENDENCY = 'smtp';
/** Milliseconds that a job waits for a connection in its slot; after that it waits as a job that is not running. */
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
   * Sends one mail. Throws, apart from the signal's reason if it was aborted,
   * - `PermanentJobError` if the server refuses this mail for good (an unknown mailbox),
   * - `MailDoubtfulError` if it may have taken the mail and did not say so: then sending again can double it,
   * - `DependencyDownError` if no mail can be sent just now (nobody answers, the password is wrong),
   * - `SnoozeJobError` if more mails are waiting for a connection than would have their turn soon,
   * - otherwise an error after which trying again can help.
   */
  send(mail: OutgoingMail): Promise<void> {
    return this.inTurn(mail.signal, (send) => send(mail));
  }

  /**
   * Runs `work` once a connection is free, for what has to be decided right before a mail goes out. `work` sends with
   * the function that it gets. Throws `SnoozeJobError` if its turn does not come soon, the signal's reason if it fires
   * while waiting, and what `work` throws.
   */
  inTurn<T>(signal: AbortSignal | undefined, work: (send: SendMail) => Promise<T>): Promise<T> {
    return this.gate.run(signal, () => work((mail) => this.sendNow(mail)));
  }

  /** The last of Nest's hooks: jobs that drain in an earlier one still have their connections. */
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
