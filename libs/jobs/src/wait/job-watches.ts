import { JobNotFoundError } from '../job/job.errors.js';
import { LINES_AT_ONCE, type WatchedJob } from '../store/control/wait.store.js';
import type { ChangeRow } from '../store/sql/control/read-changes.sql.js';
import type { Clock } from '../support/time/clock.js';
import { Sleeper } from '../support/time/sleeper.js';
import { toChange, type JobChange } from './job-change.js';
import { shuttingDown } from './wait-shutdown.js';

/** Each job that a caller waits to change is looked at this often. */
const ROUND_MS = 1_000;
/** Jobs of one statement. */
const MAX_READ = 500;

export interface WatchesParts {
  clock: Clock;
  /** The rows of those jobs that exist. */
  read: (wanted: readonly WatchedJob[]) => Promise<ReadonlyMap<WatchedJob, ChangeRow>>;
  /** The first watch of a job began, or its last one ended. */
  onFirst: (id: string) => void;
  onLast: (id: string) => void;
  onError: (error: unknown) => void;
}

/**
 * The watched jobs of this process. Jobs are looked at only for callers that wait for the next change, so a slow caller costs
 * nothing and nothing is kept for it.
 */
export class JobWatches {
  private readonly watches = new Map<string, Set<Watch>>();
  private readonly waiting = new Set<Watch>();
  /** Those of the waiting that are looked at before the next round. */
  private readonly urgent = new Set<Watch>();
  private readonly pause = new Sleeper();
  private nextRoundMs = -Infinity;
  private isLooking = false;
  private isClosed = false;

  constructor(private readonly parts: WatchesParts) {}

  get size(): number {
    return this.watches.size;
  }

  has(id: string): boolean {
    return this.watches.has(id);
  }

  async *watch(id: string, { signal }: { signal?: AbortSignal }): AsyncGenerator<JobChange, void, undefined> {
    const watch = new Watch(id);
    const onAbort = () => this.settle(watch, null);
    signal?.addEventListener('abort', onAbort);
    this.add(watch);
    try {
      while (!signal?.aborted) {
        const row = await this.next(watch);
        if (!row) return;
        const change = toChange(row, !watch.hasMore);
        yield change;
        if (change.ended) return;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.remove(watch);
    }
  }

  /** The job may have changed. */
  look(id: string): void {
    for (const watch of this.watches.get(id) ?? []) {
      watch.isHinted = true;
      if (this.waiting.has(watch)) this.hurry(watch);
    }
  }

  lookAtAll(): void {
    for (const id of this.watches.keys()) this.look(id);
  }

  close(): void {
    this.isClosed = true;
    for (const watch of this.waiting) this.settle(watch, shuttingDown(watch.id));
  }

  private add(watch: Watch): void {
    const others = this.watches.get(watch.id);
    if (others) others.add(watch);
    else {
      this.watches.set(watch.id, new Set([watch]));
      this.parts.onFirst(watch.id);
    }
  }

  private remove(watch: Watch): void {
    const others = this.watches.get(watch.id);
    others?.delete(watch);
    if (others?.size !== 0) return;
    this.watches.delete(watch.id);
    this.parts.onLast(watch.id);
  }

  private next(watch: Watch): Promise<ChangeRow | null> {
    if (this.isClosed) throw shuttingDown(watch.id);
    const found = watch.wait();
    this.waiting.add(watch);
    if (watch.hasMore || watch.isHinted) this.hurry(watch);
    if (!this.isLooking) void this.lookWhileAnyWaits();
    return found;
  }

  private hurry(watch: Watch): void {
    this.urgent.add(watch);
    this.pause.wake();
  }

  private async lookWhileAnyWaits(): Promise<void> {
    this.isLooking = true;
    // One statement for all that begin in this turn.
    await new Promise(setImmediate);
    while (this.waiting.size > 0) {
      const restMs = this.nextRoundMs - this.parts.clock.steadyMs();
      if (restMs > 0 && this.urgent.size === 0) {
        await this.pause.sleep(restMs);
        continue;
      }
      if (restMs <= 0) this.nextRoundMs = this.parts.clock.steadyMs() + ROUND_MS;
      const due = [...(restMs <= 0 ? this.waiting : this.urgent)];
      this.urgent.clear();
      for (let i = 0; i < due.length; i += MAX_READ) await this.readAll(due.slice(i, i + MAX_READ));
    }
    this.isLooking = false;
  }

  private async readAll(watches: readonly Watch[]): Promise<void> {
    try {
      for (const watch of watches) watch.isHinted = false;
      const rows = await this.parts.read(watches);
      for (const watch of watches) this.found(watch, rows.get(watch));
    } catch (error) {
      this.parts.onError(error);
    }
  }

  private found(watch: Watch, row: ChangeRow | undefined): void {
    if (!row) this.settle(watch, new JobNotFoundError(watch.id));
    else if (watch.sees(row)) this.settle(watch, row);
  }

  private settle(watch: Watch, found: ChangeRow | Error | null): void {
    if (!this.waiting.delete(watch)) return;
    this.urgent.delete(watch);
    watch.settle(found);
  }
}

/** One call of `watch`: what it has seen, and whether it waits for more. */
class Watch implements WatchedJob {
  afterLine: number | null = null;
  /** Whether there are more lines, or nothing has been read yet. */
  hasMore = true;
  /** Whether it may have changed since it was read. */
  isHinted = false;
  private seen: string | null = null;
  private answer!: { resolve: (row: ChangeRow | null) => void; reject: (error: Error) => void };

  constructor(readonly id: string) {}

  wait(): Promise<ChangeRow | null> {
    return new Promise((resolve, reject) => (this.answer = { resolve, reject }));
  }

  /** Whether the row has anything new. */
  sees(row: ChangeRow): boolean {
    const { status, attempts, run, progress, progress_note: note, lines } = row;
    const state = JSON.stringify([status, attempts, run, progress, note]);
    const isNew = state !== this.seen || lines.length > 0 || this.hasMore;
    this.hasMore = lines.length === LINES_AT_ONCE && this.afterLine !== null;
    this.seen = state;
    this.afterLine = lines.at(-1)?.line ?? this.afterLine ?? 0;
    return isNew;
  }

  settle(found: ChangeRow | Error | null): void {
    if (found instanceof Error) this.answer.reject(found);
    else this.answer.resolve(found);
  }
}
