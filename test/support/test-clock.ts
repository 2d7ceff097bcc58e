import { Clock } from '../../libs/jobs/src/support/time/clock.js';

const NS_PER_MS = 1e6;

/** A clock that stands still until a test moves it. All its times are the same number. */
export class TestClock extends Clock {
  constructor(public nowMs = 0) {
    super();
  }

  override epochMs(): number {
    return this.nowMs;
  }

  override steadyMs(): number {
    return this.nowMs;
  }

  override sharedNs(): bigint {
    return BigInt(Math.round(this.nowMs * NS_PER_MS));
  }
}
