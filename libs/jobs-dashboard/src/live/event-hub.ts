import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { AdminError } from '../errors/admin.error.js';
import type { EventStream } from './event-stream.js';
import { JobFeeds } from './job-feeds.js';
import { SharedReads } from './shared-reads.js';

const MAX_STREAMS = 500;
const TICK_MS = 1_000;
const BEAT_TICKS = 15;
/** Least time between two calls to read again. */
const MIN_PAUSE_MS = 2_000;
/** What pages may read together, in transactions per second. */
const READS_PER_SECOND = 1.5;
/** The longest pause between two calls, in seconds: this long for each open page, up to a limit. */
const PAUSE_PER_STREAM_S = 3;
const MAX_PAUSE_S = 12;

/**
 * The open streams of this process. It calls all pages to read again at the same moment, so that those that show the same
 * share one answer (`SharedReads`). What they read must be paid off before the next call: `READS_PER_SECOND` is all that any
 * number of pages adds to the load of the database.
 */
@Injectable()
export class EventHub implements BeforeApplicationShutdown {
  private readonly streams = new Set<EventStream>();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;
  private debt = 0;
  private calledMs = -Infinity;
  private isChanged = false;
  private isClosed = false;

  constructor(
    private readonly reads: SharedReads,
    private readonly feeds: JobFeeds,
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
    this.streams.add(stream);
    stream.whenClosed(() => this.closed(stream));
    stream.send('hello', hello);
    this.feeds.join(stream);
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** An open stream would keep the server from closing. */
  beforeApplicationShutdown(): void {
    this.isClosed = true;
    for (const stream of this.streams) stream.end();
  }

  private closed(stream: EventStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.debt = 0;
  }

  private tick(): void {
    const nowMs = performance.now();
    const maxDebt = READS_PER_SECOND * Math.min(PAUSE_PER_STREAM_S * this.streams.size, MAX_PAUSE_S);
    this.debt = Math.min(Math.max(0, this.debt - READS_PER_SECOND) + this.reads.takeCost(), maxDebt);
    const mayCall = nowMs - this.calledMs >= MIN_PAUSE_MS && this.debt < 1;
    if (mayCall || this.isChanged) this.callAll(nowMs);
    else if (++this.ticks % BEAT_TICKS === 0) for (const stream of this.streams) stream.beat();
    for (const stream of this.streams) if (nowMs > stream.endsMs) stream.end();
  }

  private callAll(nowMs: number): void {
    this.calledMs = nowMs;
    this.isChanged = false;
    this.broadcast('refresh', {});
  }

  private broadcast(event: string, data: object): void {
    for (const stream of this.streams) stream.send(event, data);
  }
}

function notNow(code: string, what: string): AdminError {
  return new AdminError(503, { code, what, fix: 'Read the routes again every few seconds, and try later.' });
}
