import { SnoozeJobError } from '@monstera/jobs';

export interface TurnGateOptions {
  /** Number of callers that may work at the same time. */
  size: number;
  /** Number of callers that may wait for their turn. */
  waiting: number;
  /** Milliseconds that a caller may wait for its turn. The wait counts towards the job's timeout. */
  maxWaitMs: number;
  now?: () => number;
}

/** First estimate of the length of a turn, in milliseconds. */
const FIRST_GUESS_MS = 50;
/**
 * Weights of a turn that was shorter or longer than the estimate. Short turns count more: a job that returns too early is
 * snoozed again, but one that returns too late has left a connection idle.
 */
const SHORTER = 0.5;
const LONGER = 0.05;
/** Snoozed jobs return twice as fast as turns end, so that connections stay busy while jobs are snoozed. */
const EARLY = 0.5;
const MIN_SNOOZE_MS = 500;
const MAX_SNOOZE_MS = 120_000;

interface Waiting {
  enter: () => void;
}

/**
 * Lets as many callers work as there are connections, and a few more wait. All others get a `SnoozeJobError` until about
 * their turn, so that a job that cannot send yet occupies no slot of its worker.
 */
export class TurnGate {
  private working = 0;
  private readonly line: Waiting[] = [];
  private turnMs = FIRST_GUESS_MS;
  /** The times at which snoozed jobs return, in ascending order. */
  private returns: number[] = [];
  private readonly now: () => number;

  constructor(private readonly options: TurnGateOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Throws `SnoozeJobError` if there is no turn soon, and the signal's reason if it aborts before the turn. */
  async run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    await this.enter(signal);
    try {
      const startedAt = this.now();
      const result = await work();
      this.measure(this.now() - startedAt);
      return result;
    } finally {
      this.leave();
    }
  }

  private enter(signal: AbortSignal | undefined): Promise<void> {
    if (this.working < this.options.size) {
      this.working += 1;
      return Promise.resolve();
    }
    if (this.line.length >= this.options.waiting) return Promise.reject(this.sendAway());
    return this.standInLine(signal);
  }

  private standInLine(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        end();
      };
      const waiting = { enter: () => settle(resolve) };
      const giveUp = (reason: Error): void => {
        this.line.splice(this.line.indexOf(waiting), 1);
        settle(() => reject(reason));
      };
      const abort = (): void => giveUp(signal?.reason as Error);
      const timer = setTimeout(() => giveUp(this.sendAway()), this.options.maxWaitMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.line.push(waiting);
    });
  }

  /** The turn passes directly to the next caller in line. */
  private leave(): void {
    const next = this.line.shift();
    if (next) next.enter();
    else this.working -= 1;
  }

  private measure(tookMs: number): void {
    this.turnMs += (tookMs < this.turnMs ? SHORTER : LONGER) * (tookMs - this.turnMs);
  }

  /** Snoozes the job until the first turn that no other snoozed job will take, so that no turn stays unused. */
  private sendAway(): SnoozeJobError {
    const now = this.now();
    const stepMs = (this.turnMs * EARLY) / this.options.size;
    this.returns = this.returns.filter((at) => at > now);
    const turn = (place: number): number => now + Math.max((this.line.length + place + 1) * stepMs, MIN_SNOOZE_MS);
    // A gap counts only from half a step on, because the length of a step varies.
    const free = this.returns.findIndex((at, place) => at > turn(place) + stepMs / 2);
    const place = free < 0 ? this.returns.length : free;
    const at = Math.min(turn(place), now + MAX_SNOOZE_MS);
    this.returns.splice(place, 0, at);
    return new SnoozeJobError(Math.round(at - now));
  }
}
