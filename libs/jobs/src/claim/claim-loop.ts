import type { WorkerStatus } from '../state/worker-status.js';
import type { Claimer } from './claimer.js';
import * as look from './next-step.js';
import type { RunningJob } from '../slots/running-job.js';
import { Sleeper } from '../support/time/sleeper.js';
import type { WakeTurns } from '../wake/turns/wake-turns.js';
import type { Clock } from '../support/time/clock.js';

export interface ClaimLoopOptions extends look.Pacing {
  claimer: Claimer;
  status: WorkerStatus;
  clock: Clock;
  /** Decides which looks are this worker's, and which belong to other workers. */
  turns: Pick<WakeTurns, 'planned' | 'looked'>;
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

/**
 * Claims whenever there is room. Otherwise sleeps until the next due time, a wake-up, or the poll interval.
 * `next-step.ts` decides what to do next. The loop does it, and reports what came back.
 */
export class ClaimLoop {
  private state = look.AT_START;
  private stopping = false;
  private looping: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ClaimLoopOptions,
    private readonly sleeper = new Sleeper(),
  ) {}

  start(): void {
    this.looping = this.loop();
  }

  /** Jobs may have become due. Claims at once. */
  wake(): void {
    this.state = look.woken(this.state);
    this.sleeper.wake();
  }

  /** Jobs may be due, but other workers have probably taken them. Asks before it claims. */
  check(): void {
    this.state = look.toldToCheck(this.state);
    this.sleeper.wake();
  }

  /** Whether the last claim left no due job behind, and nothing has given a reason to look again. */
  get foundAll(): boolean {
    return this.state.foundAll;
  }

  /** A slot is free. The loop claims at once only if the last claim left jobs behind. */
  slotFreed(): void {
    if (this.state.moreMayBeDue) this.sleeper.wake();
  }

  /** Resolves once no claim is under way and none will follow. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.sleeper.wake();
    await this.looping;
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      this.options.status.lastLoopTickMs = this.options.clock.steadyMs();
      const first = this.next(look.lookBegins(this.state, this.options.wanted(), this.options));
      const { ms } = first.kind === 'sleep' ? first : await this.look(first);
      await this.sleeper.sleep(ms);
    }
  }

  /** Takes steps until it is time to sleep. */
  private async look(first: look.Step): Promise<look.Sleep> {
    try {
      await this.options.beforeClaim();
      let step = first;
      while (step.kind !== 'sleep') step = await this.perform(step);
      if (this.state.failures > 0) this.options.onRecovered();
      this.state = look.lookEnded(this.state);
      return step;
    } catch (error) {
      this.options.onError(error);
      return this.next(look.lookFailed(this.state, this.options));
    }
  }

  private perform(step: look.Ask | look.Claim | look.Plan): Promise<look.Step> {
    switch (step.kind) {
      case 'ask':
        return this.ask();
      case 'claim':
        return this.claim(step.limit);
      case 'plan':
        return this.plan();
    }
  }

  private async ask(): Promise<look.Step> {
    const dueMs = await this.nextDueMs();
    const step = this.next(look.asked(this.state, dueMs, this.options));
    if (step.kind === 'sleep') this.options.turns.looked([]);
    return step;
  }

  private async claim(limit: number): Promise<look.Step> {
    const { claimer, status, clock, take, turns } = this.options;
    const jobs = await claimer.claim(limit);
    turns.looked(jobs);
    status.lastClaimMs = clock.steadyMs();
    status.started = true;
    const { scanWasPartial, hasLeftLanesOut: leftLanesOut } = claimer;
    const result = { jobs: jobs.length, scanWasPartial, leftLanesOut };
    const step = this.next(look.claimed(this.state, result, this.options));
    if (jobs.length > 0) await take(jobs);
    return step;
  }

  private async plan(): Promise<look.Sleep> {
    const dueMs = await this.nextDueMs();
    return this.next(look.planned(this.state, dueMs, this.options));
  }

  /** Infinity if nothing is due before the next poll. */
  private async nextDueMs(): Promise<number> {
    const { claimer, status, clock, turns } = this.options;
    const dueMs = turns.planned(Math.ceil((await claimer.nextDueMs()) ?? Infinity));
    status.lastClaimMs = clock.steadyMs();
    return dueMs;
  }

  private next<S extends look.Step>({ state, step }: look.Next<S>): S {
    this.state = state;
    return step;
  }
}
