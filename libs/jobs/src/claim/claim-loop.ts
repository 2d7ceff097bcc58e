import type { WorkerStatus } from '../state/worker-status.js';
import type { Claimer } from './claimer.js';
import type { RunningJob } from '../slots/running-job.js';
import { Sleeper } from '../support/sleeper.js';
import type { WakeTurns } from '../wake/wake-turns.js';

export interface ClaimLoopOptions {
  claimer: Claimer;
  status: WorkerStatus;
  /** Decides which looks are this worker's, and which belong to other workers. */
  turns: Pick<WakeTurns, 'planned' | 'looked'>;
  pollIntervalMs: number;
  /** How many jobs may be claimed now. */
  wanted: () => number;
  /** Housekeeping that must not overlap with a claim. */
  beforeClaim: () => Promise<void>;
  take: (claimed: RunningJob[]) => Promise<void>;
  /** The database failed. The loop continues after a pause. */
  onError: (error: unknown) => void;
  /** The database answers again. */
  onRecovered: () => void;
}

const ERROR_PAUSE_MIN_MS = 100;
const ERROR_PAUSE_MAX_MS = 5_000;
/**
 * Where jobs have just come, more follow. A claim after this pause is cheaper than asking each time what falls due
 * next. A job that falls due meanwhile is late by the pause at most.
 */
const BUSY_PAUSE_MS = 50;
/** A due job that no claim gets is locked by another transaction. Without a growing pause the loop would spin. */
const LOCKED_PAUSE_MAX_MS = 1_000;

/** Claims whenever there is room. Otherwise sleeps until the next due time, a wake-up, or the poll interval. */
export class ClaimLoop {
  private readonly sleeper = new Sleeper();
  private stopping = false;
  private looping: Promise<void> = Promise.resolve();
  private claiming: Promise<unknown> = Promise.resolve();
  private moreMayBeDue = true;
  private wakeUps = 0;
  /** The wake-ups seen when the last turn began. Later ones may have come too late for its claim. */
  private wakeUpsSeen = 0;
  private lastClaimFoundAll = false;
  /** True if the last question found no job due before the next poll. Then a turn asks first, which is cheaper. */
  private nothingIsPlanned = false;
  private asksFirst = false;
  private failures = 0;
  private claimsInVain = 0;

  constructor(private readonly options: ClaimLoopOptions) {}

  start(): void {
    this.looping = this.loop();
  }

  /** Jobs may have become due. Claims at once. */
  wake(): void {
    this.moreMayBeDue = true;
    this.wakeUps++;
    this.lastClaimFoundAll = false;
    this.sleeper.wake();
  }

  /** Jobs may be due, but other workers have probably taken them. Asks before it claims. */
  check(): void {
    this.asksFirst = true;
    this.sleeper.wake();
  }

  /** Whether the last claim left no due job behind, and nothing has given a reason to look again. */
  get foundAll(): boolean {
    return this.lastClaimFoundAll;
  }

  /** A slot is free. The loop claims at once only if the last claim left jobs behind. */
  slotFreed(): void {
    if (this.moreMayBeDue) this.sleeper.wake();
  }

  /** Resolves once no claim is under way and none will follow. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.sleeper.wake();
    await this.looping;
  }

  /** Resolves once the current claim, if any, has returned. */
  async claimDone(): Promise<void> {
    await this.claiming.catch(() => {});
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      this.options.status.lastLoopTickMs = performance.now();
      await this.sleeper.sleep(await this.turn());
    }
  }

  /** One look for jobs. Returns how long to sleep afterwards, in milliseconds. */
  private async turn(): Promise<number> {
    const wanted = this.options.wanted();
    const { wakeUps } = this;
    const { asksFirst } = this;
    const mayAsk = (this.nothingIsPlanned || asksFirst) && !this.moreMayBeDue && wakeUps === this.wakeUpsSeen;
    this.asksFirst = false;
    this.wakeUpsSeen = wakeUps;
    this.lastClaimFoundAll = false;
    if (wanted <= 0) {
      // Jobs may have fallen due meanwhile. The next free slot has to look for them, or else jobs claimed on insert
      // could keep all slots.
      this.moreMayBeDue = true;
      return this.options.pollIntervalMs;
    }
    try {
      const claiming = this.look(wanted, mayAsk);
      this.claiming = claiming;
      const pauseMs = await claiming;
      if (this.failures > 0) this.options.onRecovered();
      this.failures = 0;
      this.lastClaimFoundAll = !this.moreMayBeDue && wakeUps === this.wakeUps;
      return mayAsk && !asksFirst ? pauseMs : this.outOfStep(pauseMs);
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
    const lookAgain = claimed.length >= wanted || claimer.scanWasPartial;
    this.moreMayBeDue = lookAgain || claimer.hasLeftLanesOut;
    this.nothingIsPlanned = false;
    if (claimed.length > 0) this.claimsInVain = 0;
    if (claimed.length > 0) await take(claimed);
    if (lookAgain) return 0;
    // The next jobs will probably be announced, so the next turn only asks.
    this.asksFirst ||= claimed.length > 0;
    if (claimed.length > 0 || this.moreMayBeDue) return Math.min(BUSY_PAUSE_MS, pollIntervalMs);
    const dueMs = await this.nextDueMs();
    this.moreMayBeDue = dueMs <= 0;
    this.claimsInVain = dueMs <= 0 ? this.claimsInVain + 1 : 0;
    return Math.min(dueMs <= 0 ? this.lockedPauseMs() : dueMs, pollIntervalMs);
  }

  /** Infinity if nothing is due before the next poll. */
  private async nextDueMs(): Promise<number> {
    const { claimer, status, turns, pollIntervalMs } = this.options;
    const dueMs = turns.planned(Math.ceil((await claimer.nextDueMs()) ?? Infinity));
    status.lastClaimMs = performance.now();
    this.nothingIsPlanned = dueMs >= pollIntervalMs;
    return dueMs;
  }

  /** What made this worker look may have made others look, too. Their next polls should not coincide. */
  private outOfStep(pauseMs: number): number {
    return pauseMs < this.options.pollIntervalMs ? pauseMs : pauseMs * (0.5 + Math.random() / 2);
  }

  /** No pause at first, because the job may only just have fallen due. */
  private lockedPauseMs(): number {
    return this.claimsInVain <= 1 ? 0 : Math.min(5 * 2 ** this.claimsInVain, LOCKED_PAUSE_MAX_MS);
  }
}
