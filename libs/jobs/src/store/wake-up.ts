import { randomUUID } from 'node:crypto';
import { retryPauseMs } from './retry-pause.js';
import { notifyWorkers } from './sql/notify.sql.js';
import type { Executor } from './statement.js';

export interface WakeListener {
  /** Jobs are due in these queues, or the first of them will be in `inMs` milliseconds. */
  jobsAdded(queues: readonly string[], inMs: number): void;
  /** Somebody asked to cancel running jobs. */
  cancelRequested(): void;
}

interface WakeMessage {
  /** Whoever sent it: a process need not hear itself. */
  from: string;
  queues: readonly string[];
  cancel: boolean;
  /** Milliseconds until the first of the jobs falls due. Left out if it is due, as in messages of older versions. */
  dueInMs?: number;
}

/**
 * At most 100 notifications a second and process, ten of them at once: the commit of one waits for a lock that all
 * others need, so they must stay few among the commits of a busy server (docs/decisions/0009-wake-up.md).
 */
const GAP_MS = 10;
const BURST = 10;
/** A notification holds less than 8,000 bytes; beyond this many queues it just says "all". */
const MAX_QUEUES = 50;
const ALL_QUEUES = '*';
const PAUSE_AFTER_FAILURE = { minMs: 1_000, maxMs: 30_000 };

/**
 * Tells workers, in this process at once and elsewhere by NOTIFY, that there is something to do. Only a hint: polling
 * finds everything too, so a lost notification costs time and nothing else.
 */
export class WakeUp {
  private readonly from = randomUUID();
  private readonly listeners: WakeListener[] = [];
  private readonly queues = new Set<string>();
  private cancel = false;
  /** When the first of the jobs to tell about falls due, by `performance.now()`. */
  private dueMs = Infinity;
  private timer: NodeJS.Timeout | null = null;
  private sending = false;
  /** The timer is that of a notification which has failed. */
  private retrying = false;
  private failures = 0;
  /** A process that enqueues says the same each time. */
  private heard: { text: string; message: WakeMessage | null } | null = null;
  private allowance = new Allowance(GAP_MS, BURST);

  constructor(
    private readonly executor: Executor,
    private readonly onError: (error: unknown) => void,
  ) {}

  subscribe(listener: WakeListener): void {
    this.listeners.push(listener);
  }

  /**
   * `dueMs`: when the first of the jobs falls due, by `performance.now()`; by default it is due. `told`: the fleet has
   * heard it already, by a message that was sent with the jobs themselves.
   */
  jobsAdded(queues: Iterable<string>, { told = false, dueMs = -Infinity } = {}): void {
    const names = [...new Set(queues)];
    for (const listener of this.listeners) listener.jobsAdded(names, untilMs(dueMs));
    if (told) return;
    this.dueMs = Math.min(this.dueMs, dueMs);
    for (const name of names) this.queues.add(name);
    this.sendSoon();
  }

  /** The notification for an insert to carry with it, which saves a round trip; null if it is not its turn. */
  messageNow(queues: readonly string[]): string | null {
    if (this.timer || !this.allowance.take()) return null;
    return this.messageOf(queues, false, 0);
  }

  cancelRequested(): void {
    for (const listener of this.listeners) listener.cancelRequested();
    this.cancel = true;
    this.sendSoon();
  }

  /** Acts on a notification; anything that is not one of ours is ignored. */
  hear(text: string): void {
    const message = text === this.heard?.text ? this.heard.message : parse(text);
    this.heard = { text, message };
    if (!message || message.from === this.from) return;
    for (const listener of this.listeners) {
      if (message.queues.length > 0) listener.jobsAdded(message.queues, message.dueInMs ?? 0);
      if (message.cancel) listener.cancelRequested();
    }
  }

  /** One is under way at most: while the host's pool has no connection to spare, they would queue up for it. */
  private sendSoon(): void {
    if (this.sending || (this.timer && !this.retrying)) return;
    this.retrying = false;
    this.sendAfter(this.allowance.waitMs());
  }

  private sendAfter(pauseMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), pauseMs);
    this.timer.unref();
  }

  private messageOf(names: readonly string[], cancel: boolean, dueInMs: number): string {
    const queues = names.length > MAX_QUEUES ? [ALL_QUEUES] : names;
    const message: WakeMessage = { from: this.from, queues, cancel };
    if (dueInMs > 0) message.dueInMs = dueInMs;
    return JSON.stringify(message);
  }

  private async send(): Promise<void> {
    this.timer = null;
    this.retrying = false;
    this.allowance.take();
    const [queues, cancel, dueMs] = [[...this.queues], this.cancel, this.dueMs];
    this.queues.clear();
    this.dueMs = Infinity;
    this.cancel = false;
    this.sending = true;
    try {
      await this.executor.run(notifyWorkers, [this.messageOf(queues, cancel, untilMs(dueMs))]);
      this.failures = 0;
    } catch (error) {
      this.onError(error);
      this.retry(queues, cancel, dueMs);
    }
    this.sending = false;
    if (!this.retrying && (this.queues.size > 0 || this.cancel)) this.sendSoon();
  }

  /** Later, or with the next hint if that comes sooner. */
  private retry(queues: readonly string[], cancel: boolean, dueMs: number): void {
    for (const queue of queues) this.queues.add(queue);
    this.cancel ||= cancel;
    this.dueMs = Math.min(this.dueMs, dueMs);
    this.retrying = true;
    this.sendAfter(retryPauseMs(this.failures++, PAUSE_AFTER_FAILURE));
  }
}

/** How often something may be done: once every `gapMs`, and up to `burst` times at once after a quiet while. */
class Allowance {
  private left: number;
  private countedMs = performance.now();

  constructor(
    private readonly gapMs: number,
    private readonly burst: number,
  ) {
    this.left = burst;
  }

  take(): boolean {
    this.count();
    if (this.left < 1) return false;
    this.left--;
    return true;
  }

  /** Until `take()` may succeed. */
  waitMs(): number {
    this.count();
    return this.left >= 1 ? 0 : Math.ceil((1 - this.left) * this.gapMs);
  }

  private count(): void {
    const nowMs = performance.now();
    this.left = Math.min(this.burst, this.left + (nowMs - this.countedMs) / this.gapMs);
    this.countedMs = nowMs;
  }
}

/** Whole milliseconds from now; 0 for what is past, and where nothing is planned. */
function untilMs(dueMs: number): number {
  return Number.isFinite(dueMs) ? Math.max(0, Math.floor(dueMs - performance.now())) : 0;
}

/** Whether a wake-up for `woken` queues concerns a worker of `own` queues. */
export function concerns(own: readonly string[], woken: readonly string[]): boolean {
  return woken.includes(ALL_QUEUES) || woken.some((queue) => own.includes(queue));
}

function parse(text: string): WakeMessage | null {
  try {
    const { from, queues, cancel, dueInMs } = JSON.parse(text) as Partial<WakeMessage>;
    if (typeof from !== 'string' || !Array.isArray(queues)) return null;
    return { from, queues: queues.map(String), cancel: cancel === true, dueInMs: Number(dueInMs) || 0 };
  } catch {
    return null;
  }
}
