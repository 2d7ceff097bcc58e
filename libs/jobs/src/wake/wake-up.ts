import { randomUUID } from 'node:crypto';
import { Allowance } from '../support/allowance.js';
import { retryPauseMs } from '../support/retry-pause.js';
import { notifyWorkers } from '../store/sql/enqueue/notify.sql.js';
import type { Executor } from '../store/statement.js';

export interface WakeHint {
  /** Milliseconds until the first of the jobs falls due; 0 if it is due. */
  inMs: number;
  /** How many jobs; Infinity if the sender did not say. */
  jobs: number;
  /** A number that all who hear the message share; null if it came from this process, and so without the database. */
  token: number | null;
}

export interface WakeListener {
  jobsAdded(queues: readonly string[], hint: WakeHint): void;
  /** Somebody asked to cancel running jobs. */
  cancelRequested(): void;
}

interface WakeMessage {
  /** Whoever sent it: a process need not hear itself. */
  from: string;
  queues: readonly string[];
  cancel: boolean;
  /** How many jobs were added. Left out by older versions, as is the token. */
  jobs?: number;
  /** Any number: those who hear it choose by it who looks first. */
  token?: number;
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
export const ALL_QUEUES = '*';
const TOKENS = 1_000_000;
const PAUSE_AFTER_FAILURE = { minMs: 1_000, maxMs: 30_000 };

/**
 * Tells workers, in this process at once and elsewhere by NOTIFY, that there is something to do. Only a hint: polling
 * finds everything too, so a lost notification costs time and nothing else.
 */
export class WakeUp {
  private readonly from = randomUUID();
  private readonly listeners: WakeListener[] = [];
  private news = new News();
  private timer: NodeJS.Timeout | null = null;
  private sending = false;
  /** The timer is that of a notification which has failed. */
  private retrying = false;
  private failures = 0;
  private allowance = new Allowance(GAP_MS, BURST);

  constructor(
    private readonly executor: Executor,
    private readonly onError: (error: unknown) => void,
  ) {}

  subscribe(listener: WakeListener): void {
    this.listeners.push(listener);
  }

  /**
   * A queue for each job, unless `jobs` says how many there are. `dueMs`: when the first of them falls due, by
   * `performance.now()`; by default it is due. `told`: the fleet has heard it already, by a message that was sent with the
   * jobs themselves.
   */
  jobsAdded(queues: readonly string[], { jobs = queues.length, told = false, dueMs = -Infinity } = {}): void {
    const names = [...new Set(queues)];
    for (const listener of this.listeners) listener.jobsAdded(names, { inMs: untilMs(dueMs), jobs, token: null });
    if (told) return;
    this.news.add(names, jobs, dueMs);
    this.sendSoon();
  }

  /** The notification for an insert to carry with it, which saves a round trip; null if it is not its turn. */
  messageNow(queues: readonly string[], jobs = queues.length): string | null {
    if (this.timer || !this.allowance.take()) return null;
    return this.messageOf({ queues, jobs, cancel: false, dueMs: -Infinity });
  }

  cancelRequested(): void {
    for (const listener of this.listeners) listener.cancelRequested();
    this.news.cancel = true;
    this.sendSoon();
  }

  /** Acts on a notification; anything that is not one of ours is ignored. */
  hear(text: string): void {
    const message = parse(text);
    if (!message || message.from === this.from) return;
    for (const listener of this.listeners) {
      if (message.queues.length > 0) listener.jobsAdded(message.queues, message.hint);
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

  private messageOf({ queues, jobs, cancel, dueMs }: Pick<News, 'jobs' | 'cancel' | 'dueMs'> & Queues): string {
    const names = [...queues];
    const message: WakeMessage = {
      from: this.from,
      queues: names.length > MAX_QUEUES ? [ALL_QUEUES] : names,
      cancel,
      jobs,
      token: Math.floor(Math.random() * TOKENS),
    };
    const dueInMs = untilMs(dueMs);
    if (dueInMs > 0) message.dueInMs = dueInMs;
    return JSON.stringify(message);
  }

  private async send(): Promise<void> {
    this.timer = null;
    this.retrying = false;
    this.allowance.take();
    const { news } = this;
    this.news = new News();
    this.sending = true;
    try {
      await this.executor.run(notifyWorkers, [this.messageOf(news)]);
      this.failures = 0;
    } catch (error) {
      this.onError(error);
      this.retry(news);
    }
    this.sending = false;
    if (!this.retrying && !this.news.isEmpty) this.sendSoon();
  }

  /** Later, or with the next hint if that comes sooner. */
  private retry({ queues, jobs, cancel, dueMs }: News): void {
    this.news.add(queues, jobs, dueMs);
    this.news.cancel ||= cancel;
    this.retrying = true;
    this.sendAfter(retryPauseMs(this.failures++, PAUSE_AFTER_FAILURE));
  }
}

interface Queues {
  queues: Iterable<string>;
}

/** What the fleet has not been told yet. */
class News {
  readonly queues = new Set<string>();
  jobs = 0;
  cancel = false;
  /** When the first of the jobs falls due, by `performance.now()`. */
  dueMs = Infinity;

  get isEmpty(): boolean {
    return this.queues.size === 0 && !this.cancel;
  }

  add(queues: Iterable<string>, jobs: number, dueMs: number): void {
    for (const queue of queues) this.queues.add(queue);
    this.jobs += jobs;
    this.dueMs = Math.min(this.dueMs, dueMs);
  }
}

/** Whole milliseconds from now; 0 for what is past, and where nothing is planned. */
function untilMs(dueMs: number): number {
  return Number.isFinite(dueMs) ? Math.max(0, Math.floor(dueMs - performance.now())) : 0;
}

/** What a message says; null if it is not one of ours. */
function parse(text: string): (Pick<WakeMessage, 'from' | 'queues' | 'cancel'> & { hint: WakeHint }) | null {
  try {
    const { from, queues, cancel, jobs, token, dueInMs } = JSON.parse(text) as Partial<WakeMessage>;
    if (typeof from !== 'string' || !Array.isArray(queues)) return null;
    const isCounted = isCount(jobs) && isCount(token);
    const hint = { inMs: Number(dueInMs) || 0, jobs: isCounted ? jobs : Infinity, token: isCounted ? token : 0 };
    return { from, queues: queues.map(String), cancel: cancel === true, hint };
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
