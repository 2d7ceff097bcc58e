import type { Watch } from '../wake/wake-message.js';

/** More are forgotten, the oldest first. Whoever waits for those finds out by polling. */
const MAX_WATCHED = 10_000;
/** A notification holds less than 8,000 bytes, and an id is 36 long. */
const MAX_IDS = 200;
const CHANNEL = /^[a-z0-9_]{1,63}$/;

/** The jobs whose end another process waits for. When one ends here, this process tells it. */
export class WatchedJobs {
  private readonly channels = new Map<string, string>();
  private ended = new Map<string, string[]>();

  constructor(private readonly tell: (channel: string, message: string) => Promise<void>) {}

  get size(): number {
    return this.channels.size;
  }

  has(id: string): boolean {
    return this.channels.has(id);
  }

  watch({ channel, ids }: Watch): void {
    if (!CHANNEL.test(channel)) return;
    for (const id of ids) {
      this.channels.delete(id);
      this.channels.set(id, channel);
    }
    for (const id of this.channels.keys()) {
      if (this.channels.size <= MAX_WATCHED) break;
      this.channels.delete(id);
    }
  }

  /** Tells once for all jobs that end in one turn of the event loop. */
  hasEnded(id: string): void {
    const channel = this.channels.get(id);
    if (channel === undefined) return;
    this.channels.delete(id);
    if (this.ended.size === 0) setImmediate(() => this.tellAll());
    const ids = this.ended.get(channel);
    if (ids) ids.push(id);
    else this.ended.set(channel, [id]);
  }

  private tellAll(): void {
    const { ended } = this;
    this.ended = new Map();
    for (const [channel, ids] of ended)
      for (let i = 0; i < ids.length; i += MAX_IDS) void this.tell(channel, ids.slice(i, i + MAX_IDS).join(','));
  }
}
