import { Injectable } from '@nestjs/common';

/** The clock by which the stream of events decides. Tests give one whose time they set. Timers are those of Node. */
@Injectable()
export class SteadyClock {
  /** Milliseconds on a clock that never jumps. Only differences mean something. */
  steadyMs(): number {
    return performance.now();
  }
}
