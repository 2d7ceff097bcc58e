/** Milliseconds that an aborted mail still waits for the server's answer if its last byte has been sent. */
const LAST_ANSWER_MS = 5_000;

/**
 * The sending of one mail. An abort closes the connection at once, but only before the last byte is sent. After that the
 * server may deliver the mail, so the abort first waits for its answer.
 */
export class Handover {
  /** Whether the last byte has been sent, or may have been. */
  done = false;
  private readonly cut = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly givenUp?: AbortSignal) {
    givenUp?.addEventListener('abort', this.giveUp, { once: true });
  }

  /** Closes the connection when it aborts. */
  get signal(): AbortSignal {
    return this.cut.signal;
  }

  end(): void {
    clearTimeout(this.timer);
    this.givenUp?.removeEventListener('abort', this.giveUp);
  }

  private readonly giveUp = (): void => {
    if (this.done) this.timer = setTimeout(() => this.cut.abort(), LAST_ANSWER_MS);
    else this.cut.abort();
  };
}
