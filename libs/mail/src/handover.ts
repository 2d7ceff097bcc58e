/** How long a mail whose last byte is out may still wait for the answer once it was given up, in milliseconds. */
const LAST_ANSWER_MS = 5_000;

/**
 * One mail on its way. From its last byte on the server may deliver it, so that giving up cuts the connection at once
 * before, and only after a while afterwards.
 */
export class Handover {
  /** The last byte is out, or may be. */
  done = false;
  private readonly cut = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly givenUp?: AbortSignal) {
    givenUp?.addEventListener('abort', this.giveUp, { once: true });
  }

  /** Cuts the connection. */
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
