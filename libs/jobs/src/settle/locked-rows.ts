import { retryPauseMs } from '../support/time/retry-pause.js';
import type { RunningJob } from '../slots/running-job.js';
import { report } from '../report/report.js';

const PAUSE = { minMs: 50, maxMs: 2_000 };
const REPORT_AFTER_TRIES = 3;

/**
 * Writes outcomes whose row is locked, refused by a trigger of the host, or slow. Each is written by itself, while the
 * batches go on. Only one is written at a time, so they take at most one connection.
 */
export class LockedRows {
  private last: Promise<void> = Promise.resolve();

  /** Calls `write` until it resolves to true, which means written or given up. */
  async writeAlone(job: RunningJob, write: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; ; tries++) {
      if (tries === REPORT_AFTER_TRIES) report('outcome_waits', job.row);
      await new Promise((resolve) => setTimeout(resolve, retryPauseMs(tries, PAUSE)));
      if (await this.inTurn(write)) return;
    }
  }

  private inTurn(write: () => Promise<boolean>): Promise<boolean> {
    const turn = this.last.then(write);
    this.last = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }
}
