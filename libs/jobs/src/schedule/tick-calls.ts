import { JobAbortedError } from '../job/job.errors.js';
import { breakConnection } from '../store/connection/host-connections.js';
import { guardListeners } from '../support/guarded-signal.js';
import type { ScheduledTick } from './scheduled-job.decorator.js';
import { report } from '../report/report.js';

type TickParts = Omit<ScheduledTick, 'signal'>;

/** What is called, with its time limit. `where` is for messages. */
export interface CalledSchedule<T> {
  name: string;
  where: string;
  timeoutMs: number;
  fire: (tick: ScheduledTick) => Promise<T>;
}

/** The running calls of scheduled methods. Each has a time limit and a signal. */
export class TickCalls {
  private readonly underWay = new Set<TickCall<unknown>>();
  private closed = false;

  constructor(private readonly graceMs: number) {}

  /**
   * Calls the method, and returns what it returns or throws what it throws. If the call was aborted, throws the signal's `JobAbortedError`. A method
   * that has not returned within the grace period after the abort is abandoned, and its connection is closed.
   */
  async run<T>(schedule: CalledSchedule<T>, tick: TickParts): Promise<T> {
    const call = new TickCall<T>(schedule, this.graceMs);
    this.underWay.add(call);
    try {
      if (this.closed) throw new JobAbortedError('shutdown', SHUTDOWN);
      return await call.run(tick);
    } finally {
      this.underWay.delete(call);
    }
  }

  /** Aborts the running calls and starts no more. */
  close(): void {
    this.closed = true;
    for (const call of this.underWay) call.abort('shutdown', SHUTDOWN);
  }
}

const SHUTDOWN = 'The process is shutting down; another process, or the next start, fires the tick';

class TickCall<T> {
  private readonly controller = new AbortController();
  private rejectLeftBehind!: (reason: unknown) => void;
  private readonly leftBehind = new Promise<never>((_, reject) => (this.rejectLeftBehind = reject));
  private grace: NodeJS.Timeout | undefined;
  private isLeftBehind = false;

  constructor(
    private readonly schedule: CalledSchedule<T>,
    private readonly graceMs: number,
  ) {
    guardListeners(this.controller.signal, (error) => this.listenerThrew(error));
  }

  async run(tick: TickParts): Promise<T> {
    const { signal } = this.controller;
    const { timeoutMs } = this.schedule;
    const timer = setTimeout(() => this.abort('timeout', `Timed out after ${timeoutMs} ms`), timeoutMs);
    try {
      return await Promise.race([this.schedule.fire({ ...tick, signal }), this.leftBehind]);
    } catch (error) {
      if (this.isLeftBehind) await breakConnection(tick.manager);
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      clearTimeout(this.grace);
    }
  }

  abort(code: 'timeout' | 'shutdown', message: string): void {
    if (this.controller.signal.aborted) return;
    this.grace = setTimeout(() => this.leaveBehind(), this.graceMs);
    this.controller.abort(new JobAbortedError(code, message));
  }

  private leaveBehind(): void {
    this.isLeftBehind = true;
    this.rejectLeftBehind(this.controller.signal.reason);
    report('schedule_abandoned', this.schedule);
  }

  private listenerThrew(error: unknown): void {
    report('tick_listener_threw', { where: this.schedule.where, cause: error });
  }
}
