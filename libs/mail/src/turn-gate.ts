import { SnoozeJobError } from '@monstera/jobs';

export interface TurnGateOptions {
  /** How many may work at a time. */
  size: number;
  /** How many may wait inside for their turn. */
  waiting: number;
  /** Nobody waits inside for longer than this, in milliseconds: time there counts for the job's timeout. */
  maxWaitMs: number;
  now?: () => number;
}

/** What a turn is taken to last at first, in milliseconds. */
const FIRST_GUESS_MS = 50;
/**
 * Weights of a turn that was shorter or longer than the estimate. It keeps to the short ones: who comes back too early is
 * sent away once more, and who comes back too late has left a connection idle.
 */
const SHORTER = 0.5;
const LONGER = 0.05;
/** They come back twice as fast as the turns go, so that the gate is never empty while somebody is away. */
const EARLY = 0.5;
const MIN_SNOOZE_MS = 500;
const MAX_SNOOZE_MS = 120_000;

interface Waiting {
  enter: () => void;
}

/**
 * Lets as many work as there are connections and a few wait at the door. Everybody else is sent away with a
 * `SnoozeJobError` until about their turn, so that a job that cannot work yet holds no slot of its worker.
 */
export class TurnGate {
  private working = 0;
  private readonly line: Waiting[] = [];
  private turnMs = FIRST_GUESS_MS;
  /** When those who were sent away come back, the first of them first. */
  private returns: number[] = [];
  private readonly now: () => number;

  constructor(private readonly options: TurnGateOptions) {
    this.now = options.now ?? Date.now;
  }

  /** Throws `SnoozeJobError` if there is no turn soon, and the signal's reason if it fires before the turn has come. */
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

  /** A turn that ends goes straight to the next in line. */
  private leave(): void {
    const next = this.line.shift();
    if (next) next.enter();
    else this.working -= 1;
  }

  private measure(tookMs: number): void {
    this.turnMs += (tookMs < this.turnMs ? SHORTER : LONGER) * (tookMs - this.turnMs);
  }

  /** Until about the first turn that those who are away leave free, so that no turn is lost while somebody waits. */
  private sendAway(): SnoozeJobError {
    const now = this.now();
    const stepMs = (this.turnMs * EARLY) / this.options.size;
    this.returns = this.returns.filter((at) => at > now);
    const turn = (place: number): number => now + Math.max((this.line.length + place + 1) * stepMs, MIN_SNOOZE_MS);
    // Later by half a step at least: steps become a little shorter and longer all the time.
    const free = this.returns.findIndex((at, place) => at > turn(place) + stepMs / 2);
    const place = free < 0 ? this.returns.length : free;
    const at = Math.min(turn(place), now + MAX_SNOOZE_MS);
    this.returns.splice(place, 0, at);
    return new SnoozeJobError(Math.round(at - now));
  }
}
