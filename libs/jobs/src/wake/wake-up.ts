import { randomUUID } from 'node:crypto';
import { Allowance } from '../support/time/allowance.js';
import { retryPauseMs } from '../support/time/retry-pause.js';
import { DatabaseStore } from '../store/database.store.js';
import type { Executor } from '../store/statement.js';
import { UnsentMessage } from './unsent-message.js';
import { parseWakeText, untilMs, wakeText, type WakeHint, type Watch } from './wake-message.js';
import type { Clock } from '../support/time/clock.js';

export interface WakeListener {
  jobsAdded?(queues: readonly string[], hint: WakeHint): void;
  /** A cancel of running jobs was requested. */
  cancelRequested?(): void;
  /** An operator has paused or resumed something, or asked for a run of a schedule. */
  settingsChanged?(): void;
  /** Another process wants to be told when these jobs have ended. */
  watchRequested?(watch: Watch): void;
}

/**
 * At most 100 notifications per second and process, ten of them at once. Each commit with a NOTIFY waits for a lock
 * that all the others need (docs/decisions/0009-wake-up.md).
 */
const GAP_MS = 10;
const BURST = 10;
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
  private readonly allowance: Allowance;
  private readonly database: DatabaseStore;

  constructor(
    executor: Executor,
    private readonly onError: (error: unknown) => void,
    private readonly clock: Clock,
  ) {
    this.allowance = new Allowance(GAP_MS, BURST, clock);
    this.database = new DatabaseStore(executor);
  }

  subscribe(listener: WakeListener): void {
    this.listeners.push(listener);
  }

  /**
   * `queues` has one entry per job, unless `jobs` gives their number. `dueMs`: when the first of them falls due, by
   * `Clock.steadyMs()`. Default: now. `alreadyNotified`: the insert carried the message, so only this
   * process is woken.
   */
  jobsAdded(
    queues: readonly string[],
    { jobs = queues.length, alreadyNotified = false, dueMs = -Infinity } = {},
  ): void {
    const names = [...new Set(queues)];
    for (const listener of this.listeners)
      listener.jobsAdded?.(names, { inMs: this.untilMs(dueMs), jobs, token: null });
    if (alreadyNotified) return;
    this.unsent.add(names, jobs, dueMs);
    this.sendSoon();
  }

  /** The message that an insert may carry, which saves a round trip. Null if the rate does not allow one now. */
  messageNow(queues: readonly string[], jobs = queues.length): string | null {
    if (this.timer || !this.allowance.take()) return null;
    return wakeText(this.from, { queues, jobs, cancel: false, dueInMs: 0, watch: this.unsent.takeWatch() });
  }

  /** The next message asks workers to tell `channel` when this job has ended. A process has one channel. */
  watch(channel: string, id: string): void {
    this.unsent.addWatch({ channel, ids: [id] });
  }

  /** The job need not be told of, if that has not been asked for yet. */
  unwatch(id: string): void {
    this.unsent.watched.delete(id);
  }

  /** Sends the requests of `watch` that no message has carried yet. */
  sendWatches(): void {
    if (this.unsent.watched.size > 0) this.sendSoon();
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
    const message = parseWakeText(text);
    if (!message || message.from === this.from) return;
    for (const listener of this.listeners) {
      if (message.queues.length > 0) listener.jobsAdded?.(message.queues, message.hint);
      if (message.cancel) listener.cancelRequested?.();
      if (message.watch) listener.watchRequested?.(message.watch);
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

  private untilMs(dueMs: number): number {
    return untilMs(dueMs, this.clock.steadyMs());
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

  private async send(): Promise<void> {
    this.timer = null;
    this.retrying = false;
    this.allowance.take();
    const { unsent } = this;
    const { queues, jobs, cancel, dueMs } = unsent;
    const watch = unsent.takeWatch();
    this.unsent = unsent.rest();
    this.sending = true;
    try {
      await this.database.notifyWorkers(
        wakeText(this.from, { queues, jobs, cancel, dueInMs: this.untilMs(dueMs), watch }),
      );
      this.failures = 0;
    } catch (error) {
      this.onError(error);
      this.retry(unsent, watch);
    }
    this.sending = false;
    if (!this.retrying && !this.unsent.isEmpty) this.sendSoon();
  }

  /** Sends the message again later, or together with the next one if that comes sooner. */
  private retry({ queues, jobs, cancel, dueMs }: UnsentMessage, watch: Watch | undefined): void {
    this.unsent.add(queues, jobs, dueMs);
    if (watch) this.unsent.addWatch(watch);
    this.unsent.cancel ||= cancel;
    this.retrying = true;
    this.sendAfter(retryPauseMs(this.failures++, PAUSE_AFTER_FAILURE));
  }
}
