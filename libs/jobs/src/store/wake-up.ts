import { randomUUID } from 'node:crypto';
import { notifyWorkers } from './sql/notify.sql.js';
import type { Executor } from './statement.js';

export interface WakeListener {
  /** Jobs may be due in these queues. */
  jobsAdded(queues: readonly string[]): void;
  /** Somebody asked to cancel running jobs. */
  cancelRequested(): void;
}

interface WakeMessage {
  /** Whoever sent it: a process need not hear itself. */
  from: string;
  queues: string[];
  cancel: boolean;
}

/** At most 20 notifications a second and process: NOTIFY takes a lock that all commits of the server wait for. */
const MIN_GAP_MS = 50;
/** A notification holds less than 8,000 bytes; beyond this many queues it just says "all". */
const MAX_QUEUES = 50;
const ALL_QUEUES = '*';

/**
 * Tells workers, in this process at once and elsewhere by NOTIFY, that there is something to do. Only a hint: polling
 * finds everything too, so a lost notification costs time and nothing else.
 */
export class WakeUp {
  private readonly from = randomUUID();
  private readonly listeners: WakeListener[] = [];
  private readonly queues = new Set<string>();
  private cancel = false;
  private timer: NodeJS.Timeout | null = null;
  private lastSentMs = -Infinity;

  constructor(
    private readonly executor: Executor,
    private readonly onError: (error: unknown) => void,
  ) {}

  subscribe(listener: WakeListener): void {
    this.listeners.push(listener);
  }

  jobsAdded(queues: Iterable<string>): void {
    const names = [...new Set(queues)];
    for (const listener of this.listeners) listener.jobsAdded(names);
    for (const name of names) this.queues.add(name);
    this.sendSoon();
  }

  cancelRequested(): void {
    for (const listener of this.listeners) listener.cancelRequested();
    this.cancel = true;
    this.sendSoon();
  }

  /** Acts on a notification; anything that is not one of ours is ignored. */
  hear(text: string): void {
    const message = parse(text);
    if (!message || message.from === this.from) return;
    for (const listener of this.listeners) {
      if (message.queues.length > 0) listener.jobsAdded(message.queues);
      if (message.cancel) listener.cancelRequested();
    }
  }

  private sendSoon(): void {
    if (this.timer) return;
    const gapMs = Math.max(0, this.lastSentMs + MIN_GAP_MS - performance.now());
    this.timer = setTimeout(() => void this.send(), gapMs);
    this.timer.unref();
  }

  private async send(): Promise<void> {
    this.timer = null;
    this.lastSentMs = performance.now();
    const queues = this.queues.size > MAX_QUEUES ? [ALL_QUEUES] : [...this.queues];
    const message: WakeMessage = { from: this.from, queues, cancel: this.cancel };
    this.queues.clear();
    this.cancel = false;
    try {
      await this.executor.run(notifyWorkers, [JSON.stringify(message)]);
    } catch (error) {
      this.onError(error);
    }
  }
}

/** Whether a wake-up for `woken` queues concerns a worker of `own` queues. */
export function concerns(own: readonly string[], woken: readonly string[]): boolean {
  return woken.includes(ALL_QUEUES) || woken.some((queue) => own.includes(queue));
}

function parse(text: string): WakeMessage | null {
  try {
    const { from, queues, cancel } = JSON.parse(text) as Partial<WakeMessage>;
    if (typeof from !== 'string' || !Array.isArray(queues)) return null;
    return { from, queues: queues.map(String), cancel: cancel === true };
  } catch {
    return null;
  }
}
