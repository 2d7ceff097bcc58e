import type { WorkerStatus } from '../state/worker-status.js';
import type { Claimer } from './claimer.js';
import type { RunningJob } from '../slots/running-job.js';
import { Sleeper } from '../support/sleeper.js';
import type { WakeTurns } from '../wake/wake-turns.js';

export interface ClaimLoopOptions {
  claimer: Claimer;
  status: WorkerStatus;
  /** Which looks are this worker's, and which it leaves to others. */
  turns: Pick<WakeTurns, 'planned' | 'looked'>;
  pollIntervalMs: number;
  /** How many jobs may be claimed now. */
  wanted: () => number;
  /** Housekeeping that must not overlap with a claim. */
  beforeClaim: () => Promise<void>;
  take: (claimed: RunningJob[]) => Promise<void>;
  /** Something went wrong between the loop and the database; the loop goes on after a pause. */
  onError: (error: unknown) => void;
  /** The database answers again. */
  onRecovered: () => void;
}

const ERROR_PAUSE_MIN_MS = 100;
const ERROR_PAUSE_MAX_MS = 5_000;
/**
 * Where jobs have just come, more will: looking again after a moment is cheaper than asking each time what falls due next,
 * and a job that falls due meanwhile is late by that much at most.
 */
const BUSY_PAUSE_MS = 50;
/** A due job that cannot be claimed again and again is locked by somebody; looking again at once would spin. */
const LOCKED_PAUSE_MAX_MS = 1_000;

/** Claims whenever there is room, and sleeps until the next job falls due, a wake-up, or the poll interval. */
export class ClaimLoop {
  private readonly sleeper = new Sleeper();
  private stopping = false;
  private looping: Promise<void> = Promise.resolve();
  private claiming: Promise<unknown> = Promise.resolve();
  private moreMayBeDue = true;
  private wakeUps = 0;
  /** As of the beginning of the last turn: what came later may have come too late for it. */
  private wakeUpsSeen = 0;
  private lookedAndFoundAll = false;
  /** When nothing is planned, a question is cheaper than a claim. */
  private nothingPlanned = false;
  private checking = false;
  private failures = 0;
  private emptyHanded = 0;

  constructor(private readonly options: ClaimLoopOptions) {}

  start(): void {
    this.looping = this.loop();
  }

  /** Jobs may have become due. */
  wake(): void {
    this.moreMayBeDue = true;
    this.wakeUps++;
    this.lookedAndFoundAll = false;
    this.sleeper.wake();
  }

  /** Jobs may be due that others have probably taken: asks first. */
  check(): void {
    this.checking = true;
    this.sleeper.wake();
  }

  /** Whether the last claim left nothing behind that was due, and there has been no reason to look again since. */
  get foundAll(): boolean {
    return this.lookedAndFoundAll;
  }

  /** A slot is free: of interest only if the last claim left something behind. */
  slotFreed(): void {
    if (this.moreMayBeDue) this.sleeper.wake();
  }

  /** No claim is under way any more once this resolves. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.sleeper.wake();
    await this.looping;
  }

  /** The claim that is under way, if any, has come back once this resolves. */
  async claimDone(): Promise<void> {
    await this.claiming.catch(() => {});
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      this.options.status.lastLoopTickMs = performance.now();
      await this.sleeper.sleep(await this.turn());
    }
  }

  /** One claim, and how long to sleep after it in milliseconds. */
  private async turn(): Promise<number> {
    const wanted = this.options.wanted();
    const { wakeUps } = this;
    const { checking } = this;
    const mayAsk = (this.nothingPlanned || checking) && !this.moreMayBeDue && wakeUps === this.wakeUpsSeen;
    this.checking = false;
    this.wakeUpsSeen = wakeUps;
    this.lookedAndFoundAll = false;
    if (wanted <= 0) {
      // Something may have fallen due: whoever frees a slot has to look, or direct starts would keep all slots from it.
      this.moreMayBeDue = true;
      return this.options.pollIntervalMs;
    }
    try {
      const claiming = this.look(wanted, mayAsk);
      this.claiming = claiming;
      const pauseMs = await claiming;
      if (this.failures > 0) this.options.onRecovered();
      this.failures = 0;
      this.lookedAndFoundAll = !this.moreMayBeDue && wakeUps === this.wakeUps;
      return mayAsk && !checking ? pauseMs : this.outOfStep(pauseMs);
    } catch (error) {
      this.options.onError(error);
      const pauseMs = Math.min(ERROR_PAUSE_MIN_MS * 2 ** this.failures++, ERROR_PAUSE_MAX_MS);
      return pauseMs * (0.5 + Math.random() / 2);
    }
  }

  private async look(wanted: number, mayAsk: boolean): Promise<number> {
    await this.options.beforeClaim();
    const dueMs = mayAsk ? await this.nextDueMs() : 0;
    if (dueMs <= 0) return this.claim(wanted);
    this.options.turns.looked([]);
    return Math.min(dueMs, this.options.pollIntervalMs);
  }

  private async claim(wanted: number): Promise<number> {
    const { claimer, status, take, turns, pollIntervalMs } = this.options;
    const claimed = await claimer.claim(wanted);
    turns.looked(claimed);
    status.lastClaimMs = performance.now();
    status.started = true;
    const lookAgain = claimed.length >= wanted || claimer.mustLookAgain;
    this.moreMayBeDue = lookAgain || claimer.hasLeftLanesOut;
    this.nothingPlanned = false;
    if (claimed.length > 0) this.emptyHanded = 0;
    if (claimed.length > 0) await take(claimed);
    if (lookAgain) return 0;
    // Whatever comes next is most probably announced: a question will do.
    this.checking ||= claimed.length > 0;
    if (claimed.length > 0 || this.moreMayBeDue) return Math.min(BUSY_PAUSE_MS, pollIntervalMs);
    const dueMs = await this.nextDueMs();
    this.moreMayBeDue = dueMs <= 0;
    this.emptyHanded = dueMs <= 0 ? this.emptyHanded + 1 : 0;
    return Math.min(dueMs <= 0 ? this.lockedPauseMs() : dueMs, pollIntervalMs);
  }

  /** Infinity if nothing is planned. */
  private async nextDueMs(): Promise<number> {
    const { claimer, status, turns, pollIntervalMs } = this.options;
    const dueMs = turns.planned(Math.ceil((await claimer.nextDueMs()) ?? Infinity));
    status.lastClaimMs = performance.now();
    this.nothingPlanned = dueMs >= pollIntervalMs;
    return dueMs;
  }

  /** Whatever made this worker look may have made others look too; their next polls should not come together. */
  private outOfStep(pauseMs: number): number {
    return pauseMs < this.options.pollIntervalMs ? pauseMs : pauseMs * (0.5 + Math.random() / 2);
  }

  /** None at first: the job may just have fallen due. */
  private lockedPauseMs(): number {
    return this.emptyHanded <= 1 ? 0 : Math.min(5 * 2 ** this.emptyHanded, LOCKED_PAUSE_MAX_MS);
  }
}
