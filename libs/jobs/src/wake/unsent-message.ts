import type { Watch } from './wake-message.js';

/** Of one notification, which holds less than 8,000 bytes. */
const MAX_WATCHED_IDS = 100;
/** Whoever waits for more jobs at once finds out about the others by polling. */
const MAX_UNSENT_WATCHES = 1_000;

/** What no notification has announced yet. */
export class UnsentMessage {
  readonly queues = new Set<string>();
  jobs = 0;
  cancel = false;
  /** When the first of the jobs falls due, by `Clock.steadyMs()`. */
  dueMs = Infinity;
  /** Jobs of whose end this process wants to hear on `channel`. */
  readonly watched = new Set<string>();
  private channel = '';

  get isEmpty(): boolean {
    return this.queues.size === 0 && !this.cancel && this.watched.size === 0;
  }

  addWatch({ channel, ids }: Watch): void {
    this.channel = channel;
    for (const id of ids) if (this.watched.size < MAX_UNSENT_WATCHES) this.watched.add(id);
  }

  /** As many as fit one message. */
  takeWatch(): Watch | undefined {
    if (this.watched.size === 0) return undefined;
    const ids = [...this.watched].slice(0, MAX_WATCHED_IDS);
    for (const id of ids) this.watched.delete(id);
    return { channel: this.channel, ids };
  }

  /** What is left once a message has been made of it. */
  rest(): UnsentMessage {
    const rest = new UnsentMessage();
    rest.addWatch({ channel: this.channel, ids: [...this.watched] });
    return rest;
  }

  add(queues: Iterable<string>, jobs: number, dueMs: number): void {
    for (const queue of queues) this.queues.add(queue);
    this.jobs += jobs;
    this.dueMs = Math.min(this.dueMs, dueMs);
  }
}
