import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { AdminError } from '../errors/admin.error.js';
import type { EventStream } from './event-stream.js';
import { JobFeeds } from './job-feeds.js';
import { SharedReads } from './shared-reads.js';
import { SteadyClock } from './steady-clock.js';

const MAX_STREAMS = 500;
const TICK_S = 1;
const BEAT_TICKS = 15;
/** Least time between two calls to read again. */
const MIN_PAUSE_MS = 2_000;
/** What pages may read together, in transactions per second. */
const READS_PER_SECOND = 1.5;
/** The longest pause between two calls, in seconds: this long for each open page, up to a limit. */
const PAUSE_PER_STREAM_S = 3;
const MAX_PAUSE_S = 13;

/**
 * The open streams of this process. It calls all pages to read again at the same moment, so that those that show the same
 * share one answer (`SharedReads`). What they read must be paid off before the next call, so up to the longest pause,
 * `READS_PER_SECOND` is all that they add to the load of the database, however many they are.
 */
@Injectable()
export class EventHub implements BeforeApplicationShutdown {
  /** With the time at which each ends. */
  private readonly streams = new Map<EventStream, number>();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private debt = 0;
  private calledMs = -Infinity;
  private isChanged = false;
  private isClosed = false;

  constructor(
    private readonly reads: SharedReads,
    private readonly feeds: JobFeeds,
    private readonly clock: SteadyClock,
  ) {
    reads.whenChanged(() => (this.isChanged = true));
  }

  /** Throws if there are too many streams, if the process shuts down, or if the job's id is none. */
  check(jobId: string | undefined): void {
    if (this.isClosed) throw notNow('JOBS_SHUTTING_DOWN', 'This process shuts down.');
    if (this.streams.size >= MAX_STREAMS)
      throw notNow('JOBS_TOO_MANY_STREAMS', `This process has ${MAX_STREAMS} open streams, and takes no more.`);
    if (jobId !== undefined) this.feeds.check(jobId);
  }

  open(stream: EventStream, hello: object): void {
    this.streams.set(stream, this.clock.steadyMs() + stream.lifetimeMs);
    stream.whenClosed(() => this.closed(stream));
    stream.send('hello', hello);
    this.feeds.join(stream);
    this.timer ??= setInterval(() => this.tick(), TICK_S * 1_000).unref();
  }

  /** An open stream would keep the server from closing. */
  beforeApplicationShutdown(): void {
    this.isClosed = true;
    for (const stream of this.streams.keys()) stream.end();
  }

  private closed(stream: EventStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.debt = 0;
  }

  private tick(): void {
    const nowMs = this.clock.steadyMs();
    this.debt = Math.min(Math.max(0, this.debt - READS_PER_SECOND * TICK_S) + this.reads.takeCost(), this.maxDebt());
    const mayCall = nowMs - this.calledMs >= MIN_PAUSE_MS && this.debt < 1;
    if (mayCall || this.isChanged) this.callAll(nowMs);
    else if (++this.ticks % BEAT_TICKS === 0) for (const stream of this.streams.keys()) stream.beat();
    for (const [stream, endsMs] of this.streams) if (nowMs > endsMs) stream.end();
  }

  /** What can be paid off within the longest pause, of which the first tick passes before it is known what was read. */
  private maxDebt(): number {
    return READS_PER_SECOND * (Math.min(PAUSE_PER_STREAM_S * this.streams.size, MAX_PAUSE_S) - TICK_S);
  }

  private callAll(nowMs: number): void {
    this.calledMs = nowMs;
    this.isChanged = false;
    this.broadcast('refresh', {});
  }

  private broadcast(event: string, data: object): void {
    for (const stream of this.streams.keys()) stream.send(event, data);
  }
}

function notNow(code: string, what: string): AdminError {
  return new AdminError(503, { code, what, fix: 'Read the routes again every few seconds, and try later.' });
}
