import { randomUUID } from 'node:crypto';
import type { JobEvent } from '../job/job-events.js';
import type { JobEventBus } from '../state/job-event-bus.js';
import { BATCH_MARKS, type HistoryCounts, type HistoryStore } from '../store/history.store.js';
import { outside } from '../support/own-context.js';
import type { Clock } from '../support/time/clock.js';
import { within } from '../support/time/within.js';
import { LADDER } from './ladder.js';
import { RunRecorder } from './run-recorder.js';
import type { RunWindow } from './window.js';

const MINUTE_MS = 60_000;
/** Workers write within this time after the end of a minute, each at a moment of its own. */
const SPREAD_MS = 15_000;
/** A process writes for the first time this long after its first run, so that a new installation soon has charts. */
const FIRST_WRITE_MS = 8_000;
/** Processes that start together do not write together. */
const FIRST_SPREAD_MS = 4_000;
/** A timer may fire a little before the minute ends. */
const MARGIN_MS = 250;
/** Rows of one statement, so that it is short. */
const BATCH = 500;
/** Rows that one statement of the upkeep replaces or deletes. */
const KEEP_BATCH = 2_000;
/** Details have the negative length. */
const ALL_LENGTHS = [BATCH_MARKS, ...LADDER.flatMap(({ seconds }) => [seconds, -seconds])];
const DAY_MS = 86_400_000;
/** How long the end of the process waits for the last statement. */
const LAST_FLUSH_MS = 2_000;

export interface HistoryParts {
  store: HistoryStore;
  bus: Pick<JobEventBus, 'subscribe'>;
  clock: Clock;
  /** How long statistics are kept. 0: none are made. */
  retentionMs: number;
  onError: (error: unknown) => void;
}

/**
 * Counts the runs of this process and adds them to the statistics of all: about ten seconds after the first run, and then
 * once a minute. What cannot be written is tried again a minute later, and counts once. Several writes about one minute
 * add up.
 *
 * Minutes are those of the server: a window is about the minute in which its middle was, and its ends move to where the
 * server's minutes end.
 */
export class History {
  private readonly recorder: RunRecorder;
  private timer: NodeJS.Timeout | undefined;
  /** Set by the first run, and given up where a minute ends before it. */
  private firstWrite: NodeJS.Timeout | undefined;
  private readonly writer = randomUUID();
  /** How many batches are known to be written. One that is repeated keeps its number. */
  private batches = 0;
  /** The window that is being written since a day, and what of it is not known to be written. */
  private rest: { window: RunWindow; counts: HistoryCounts[]; day: Date } | null = null;
  private writing: Promise<void> = Promise.resolve();
  private stopped = false;
  /** Add this to `Clock.steadyMs()` to get the server's time. Until the server has told it, this process's clock counts. */
  private offsetMs: number;

  constructor(private readonly parts: HistoryParts) {
    const { clock } = parts;
    this.recorder = new RunRecorder(clock.steadyMs());
    this.offsetMs = clock.epochMs() - clock.steadyMs();
    if (this.isOn) parts.bus.subscribe(this.record);
  }

  start(): void {
    if (this.isOn && !this.stopped) this.waitForMinute();
  }

  /** Ends the open window, and writes all that is not written yet. Never rejects. */
  flush(): Promise<void> {
    this.recorder.turn(this.parts.clock.steadyMs());
    return this.write();
  }

  /** Sums up rows, and deletes old details and all whose retention is over. Returns how many of these it deleted. */
  async keep(): Promise<number> {
    if (!this.isOn) return 0;
    const { store, retentionMs } = this.parts;
    for (const [i, { seconds, summedAfterMs, keptMs }] of LADDER.slice(0, -1).entries()) {
      const span = { fromSeconds: seconds, toSeconds: LADDER[i + 1]!.seconds, endedMs: summedAfterMs };
      await this.inBatches((limit) => store.rollUp({ ...span, limit }));
      await this.inBatches((limit) => store.prune([-seconds], keptMs, limit));
    }
    return this.inBatches((limit) => store.prune(ALL_LENGTHS, retentionMs + DAY_MS, limit));
  }

  /** Writes what has been counted, unless the database does not answer. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearTimeout(this.firstWrite);
    if (this.isOn) await within(LAST_FLUSH_MS, this.flush());
  }

  private readonly record = (event: JobEvent): void => {
    this.recorder.record(event);
    this.firstWrite ??= this.writeSoon();
  };

  /** The timer does not keep the context of the job that ran first. */
  private writeSoon(): NodeJS.Timeout {
    const afterMs = FIRST_WRITE_MS + Math.random() * FIRST_SPREAD_MS;
    return outside(() => setTimeout(() => void (this.stopped || this.flush()), afterMs)).unref();
  }

  private get isOn(): boolean {
    return this.parts.retentionMs > 0;
  }

  private waitForMinute(): void {
    const intoMinuteMs = (this.parts.clock.steadyMs() + this.offsetMs) % MINUTE_MS;
    this.after(MINUTE_MS - intoMinuteMs, () => {
      this.recorder.turn(this.parts.clock.steadyMs());
      this.after(MARGIN_MS + Math.random() * SPREAD_MS, () => {
        void this.write();
        this.waitForMinute();
      });
    });
  }

  private after(ms: number, work: () => void): void {
    this.timer = setTimeout(work, ms);
    this.timer.unref();
  }

  /** Writes after what is being written, so that a call at any time includes all that has ended before it. */
  private write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeAll()).catch(this.parts.onError);
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    while ((this.rest ??= this.takeOldest())) {
      const { window, counts, day } = this.rest;
      while (counts.length > 0) {
        const batch = { writer: this.writer, day, number: this.batches + 1 };
        const ageMs = window.ageAt(this.parts.clock.steadyMs());
        const nowMs = await this.parts.store.add(counts.slice(0, BATCH), ageMs, batch);
        this.batches++;
        counts.splice(0, BATCH);
        this.offsetMs = nowMs - this.parts.clock.steadyMs();
      }
      this.rest = null;
      clearTimeout(this.firstWrite);
    }
  }

  private takeOldest() {
    const window = this.recorder.takeOldest();
    if (!window) return null;
    const { clock } = this.parts;
    return { window, counts: window.toCounts(), day: new Date(Math.floor(clock.epochMs() / DAY_MS) * DAY_MS) };
  }

  private async inBatches(work: (limit: number) => Promise<number>): Promise<number> {
    let total = 0;
    while (!this.stopped) {
      const count = await work(KEEP_BATCH);
      total += count;
      if (count < KEEP_BATCH) break;
    }
    return total;
  }
}
