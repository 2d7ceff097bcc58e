import type { JobEvent } from '../job/job-events.js';
import { MAX_TALLIES, RunWindow } from './window.js';

/**
 * Counts runs in memory, and keeps windows that have ended until they are taken. It holds at most twice `MAX_TALLIES` tallies:
 * half of them in the open window, half in those that wait.
 */
export class RunRecorder {
  private open: RunWindow;
  private readonly waiting: RunWindow[] = [];

  constructor(
    nowMs: number,
    private readonly maxTallies = MAX_TALLIES,
  ) {
    this.open = new RunWindow(nowMs, maxTallies);
  }

  /** Called for every event of every job: its cost depends on nothing, and it allocates nothing. */
  readonly record = (event: JobEvent): void => {
    this.open.record(event);
  };

  /** Ends the open window and begins the next. */
  turn(nowMs: number): void {
    const ended = this.open;
    this.open = new RunWindow(nowMs, this.maxTallies);
    if (ended.isEmpty) return;
    ended.close(nowMs);
    this.waiting.push(ended);
    this.limit();
  }

  /** Takes out the oldest window that has ended. */
  takeOldest(): RunWindow | undefined {
    return this.waiting.shift();
  }

  /** During a long outage some counts get the time of an earlier minute, but none is lost. */
  private limit(): void {
    const size = () => this.waiting.reduce((sum, window) => sum + window.size, 0);
    while (this.waiting.length > 1 && size() > this.maxTallies) {
      const last = this.waiting.pop()!;
      this.waiting.at(-1)!.add(last);
    }
  }
}
