import { randomUUID } from 'node:crypto';
import { Allowance } from '../support/allowance.js';
import { retryPauseMs } from '../support/retry-pause.js';
import { DatabaseStore } from '../store/database.store.js';
import type { Executor } from '../store/statement.js';

export interface WakeHint {
  /** Milliseconds until the first of the jobs falls due. 0 if it is due. */
  inMs: number;
  /** How many jobs. Infinity if the sender did not say. */
  jobs: number;
  /**
   * A number that all receivers of the message share. Null if the hint comes from this process, without the database.
   */
  token: number | null;
}

export interface WakeListener {
  jobsAdded?(queues: readonly string[], hint: WakeHint): void;
  /** A cancel of running jobs was requested. */
  cancelRequested?(): void;
  /** An operator has paused or resumed something, or asked for a run of a schedule. */
  settingsChanged?(): void;
}

interface WakeMessage {
  /** The sending process, which ignores its own message. */
  from: string;
  queues: readonly string[];
  cancel: boolean;
  /** How many jobs were added. Older versions send neither this nor the token. */
  jobs?: number;
  /** A random number. From it, the receivers compute who looks first. */
  token?: number;
  /** Milliseconds until the first of the jobs falls due. Absent if it is due, and in messages of older versions. */
  dueInMs?: number;
  /** An operator has changed settings. Older versions ignore it. */
  settings?: boolean;
}

/**
 * At most 100 notifications per second and process, ten of them at once. Each commit with a NOTIFY waits for a lock
 * that all the others need (docs/decisions/0009-wake-up.md).
 */
const GAP_MS = 10;
const BURST = 10;
/** A notification holds less than 8,000 bytes. With more queues than this, it names all queues. */
const MAX_QUEUES = 50;
export const ALL_QUEUES = '*';
const TOKENS = 1_000_000;
const PAUSE_AFTER_FAILURE = { minMs: 1_000, maxMs: 30_000 };

/**
 * Tells workers that there is something to do: in this process at once, elsewhere by NOTIFY. It is only a hint. Polling
 * finds the jobs without it, so a lost notification costs time and nothing else.
 */
export class WakeUp {
  private readonly from = randomUUID();
  private readonly listeners: WakeListener[] = [];
  private unsent = new UnsentMessage();
  private timer: NodeJS.Timeout | null = null;
  private sending = false;
  /** The latest notification, once it is sent or has failed. */
  private sent: Promise<void> = Promise.resolve();
  /** Whether the timer belongs to a notification that failed. */
  private retrying = false;
  private failures = 0;
  private allowance = new Allowance(GAP_MS, BURST);
  private readonly database: DatabaseStore;

  constructor(
    executor: Executor,
    private readonly onError: (error: unknown) => void,
  ) {
    this.database = new DatabaseStore(executor);
  }

  subscribe(listener: WakeListener): void {
    this.listeners.push(listener);
  }

  /**
   * `queues` has one entry per job, unless `jobs` gives their number. `dueMs`: when the first of them falls due, in
   * `performance.now()` milliseconds. Default: now. `alreadyNotified`: the insert carried the message, so only this
   * process is woken.
   */
  jobsAdded(
    queues: readonly string[],
    { jobs = queues.length, alreadyNotified = false, dueMs = -Infinity } = {},
  ): void {
    const names = [...new Set(queues)];
    for (const listener of this.listeners) listener.jobsAdded?.(names, { inMs: untilMs(dueMs), jobs, token: null });
    if (alreadyNotified) return;
    this.unsent.add(names, jobs, dueMs);
    this.sendSoon();
  }

  /** The message that an insert may carry, which saves a round trip. Null if the rate does not allow one now. */
  messageNow(queues: readonly string[], jobs = queues.length): string | null {
    if (this.timer || !this.allowance.take()) return null;
    return this.messageOf({ queues, jobs, cancel: false, dueMs: -Infinity });
  }

  cancelRequested(): void {
    for (const listener of this.listeners) listener.cancelRequested?.();
    this.unsent.cancel = true;
    this.sendSoon();
  }

  /** Tells this process that an operator has changed settings. Others hear it from `settingsMessage()`. */
  settingsChanged(): void {
    for (const listener of this.listeners) listener.settingsChanged?.();
  }

  /** Acts on a notification. Ignores every text that is not a message of this library. */
  hear(text: string): void {
    const message = parse(text);
    if (!message || message.from === this.from) return;
    for (const listener of this.listeners) {
      if (message.queues.length > 0) listener.jobsAdded?.(message.queues, message.hint);
      if (message.cancel) listener.cancelRequested?.();
    }
    if (message.settings) this.settingsChanged();
  }

  /** Sends at once what waits, and waits for it. For a process that is about to end. */
  async flush(): Promise<void> {
    await this.sent;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (!this.unsent.isEmpty) await this.send();
  }

  /** At most one is under way. Several would queue for a connection if the host's pool has none to spare. */
  private sendSoon(): void {
    if (this.sending || (this.timer && !this.retrying)) return;
    this.retrying = false;
    this.sendAfter(this.allowance.waitMs());
  }

  private sendAfter(pauseMs: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.sent = this.send()), pauseMs);
    this.timer.unref();
  }

  private messageOf({
    queues,
    jobs,
    cancel,
    dueMs,
  }: Pick<UnsentMessage, 'jobs' | 'cancel' | 'dueMs'> & Queues): string {
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
    const { unsent } = this;
    this.unsent = new UnsentMessage();
    this.sending = true;
    try {
      await this.database.notifyWorkers(this.messageOf(unsent));
      this.failures = 0;
    } catch (error) {
      this.onError(error);
      this.retry(unsent);
    }
    this.sending = false;
    if (!this.retrying && !this.unsent.isEmpty) this.sendSoon();
  }

  /** Sends the message again later, or together with the next one if that comes sooner. */
  private retry({ queues, jobs, cancel, dueMs }: UnsentMessage): void {
    this.unsent.add(queues, jobs, dueMs);
    this.unsent.cancel ||= cancel;
    this.retrying = true;
    this.sendAfter(retryPauseMs(this.failures++, PAUSE_AFTER_FAILURE));
  }
}

/**
 * The message with which a transaction that changes settings tells all processes at its commit. No process takes it for
 * its own echo.
 */
export function settingsMessage(): string {
  return JSON.stringify({ from: randomUUID(), queues: [], cancel: false, settings: true } satisfies WakeMessage);
}

interface Queues {
  queues: Iterable<string>;
}

/** What no notification has announced yet. */
class UnsentMessage {
  readonly queues = new Set<string>();
  jobs = 0;
  cancel = false;
  /** When the first of the jobs falls due, in `performance.now()` milliseconds. */
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

/** Whole milliseconds from now. 0 for a time in the past, and for an infinite one. */
function untilMs(dueMs: number): number {
  return Number.isFinite(dueMs) ? Math.max(0, Math.floor(dueMs - performance.now())) : 0;
}

type ParsedField = 'from' | 'queues' | 'cancel' | 'settings';

/** Null if the text is not a message of this library. */
function parse(text: string): (Required<Pick<WakeMessage, ParsedField>> & { hint: WakeHint }) | null {
  try {
    const { from, queues, cancel, settings, jobs, token, dueInMs } = JSON.parse(text) as Partial<WakeMessage>;
    if (typeof from !== 'string' || !Array.isArray(queues)) return null;
    const isCounted = isCount(jobs) && isCount(token);
    const hint = { inMs: Number(dueInMs) || 0, jobs: isCounted ? jobs : Infinity, token: isCounted ? token : 0 };
    return { from, queues: queues.map(String), cancel: cancel === true, settings: settings === true, hint };
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
