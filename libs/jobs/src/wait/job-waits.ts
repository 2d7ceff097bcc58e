import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { shardOf } from '../job/job-id.js';
import { JobNotFoundError } from '../job/job.errors.js';
import type { JobEvent } from '../job/job-events.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { JobEventBus } from '../state/job-event-bus.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import type { EndingRow } from '../store/sql/control/read-endings.sql.js';
import type { ChangeRow } from '../store/sql/control/read-changes.sql.js';
import { WaitStore, type WatchedJob } from '../store/control/wait.store.js';
import { listenClients } from '../store/worker-connections/listen-client.js';
import { groupBy } from '../support/group-by.js';
import { WakeUp } from '../wake/wake-up.js';
import { toFinishedJob, type FinishedJob } from './finished-job.js';
import { JobWatches } from './job-watches.js';
import { ReplyListener } from './reply-listener.js';
import { shuttingDown } from './wait-shutdown.js';
import { WaitingCall, type WaitLimits } from './waiting-call.js';
import { WatchedJobs } from './watched-jobs.js';
import { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

/** How often the calls are looked through for one whose job is to be looked at. */
const TICK_MS = 100;
/** Jobs of one statement. */
const MAX_READ = 500;
/** An insert usually carries the request to be told. If it did not, the request is sent on its own after this. */
const REQUEST_AFTER_MS = 10;

/**
 * The calls of this process that wait for the end of a job, and those that watch one. Workers tell by NOTIFY. A notification is only a hint:
 * looking at the row, at growing intervals, is the truth.
 */
@Injectable()
export class JobWaits implements OnModuleDestroy {
  readonly watches: JobWatches;
  private readonly calls = new Map<string, Set<WaitingCall>>();
  private readonly store: WaitStore;
  private readonly replies: ReplyListener;
  private readonly watched = new WatchedJobs((channel, message) => this.tell(channel, message));
  private readonly toRead = new Set<string>();
  private reading = false;
  private ticking: NodeJS.Timeout | undefined;

  constructor(
    @Inject(JOBS_DATA_SOURCE) dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    bus: JobEventBus,
    private readonly wakeUp: WakeUp,
    private readonly clock: Clock,
  ) {
    const executor = new ManagerExecutor(dataSource, undefined, options.waitTimeoutMs);
    this.store = new WaitStore(inSchema(executor, options.schema));
    this.replies = new ReplyListener({
      clock,
      newClient: listenClients(dataSource, options),
      onMessage: (text) => text.split(',').forEach((id) => this.hint(id)),
      onListening: () => ([...this.calls.keys()].forEach((id) => this.look(id)), this.watches.lookAtAll()),
    });
    this.watches = this.newWatches();
    bus.subscribe((event) => this.note(event));
    wakeUp.subscribe({ watchRequested: (watch) => this.watched.watch(watch) });
  }

  /** Whether a call of this process, or another process, waits for the end of this job. */
  isAwaited(id: string): boolean {
    return this.isInUse && (this.calls.has(id) || this.watches.has(id) || this.watched.has(id));
  }

  /** Resolves when the job has ended. Rejects with `JobNotFoundError` if it does not exist. */
  waitFor(id: string, limits: WaitLimits): Promise<FinishedJob> {
    const call = this.add(id, limits);
    this.wakeUp.sendWatches();
    this.startLooking(call);
    return call.ended;
  }

  /**
   * Waits for a job that `insert` adds with this id. The request to be told goes with the insert's own wake-up, so that
   * it reaches a worker before the job does.
   */
  async waitForNew(id: string, limits: WaitLimits, insert: () => Promise<{ id: string }>): Promise<FinishedJob> {
    const call = this.add(id, limits);
    const inserted = await insert().catch((error: unknown) => {
      call.fail(error);
      throw error;
    });
    if (inserted.id !== id) {
      call.fail(new Error('Another job has the unique key'));
      return this.waitFor(inserted.id, limits);
    }
    call.lookLater(this.clock.steadyMs());
    setTimeout(() => this.calls.has(id) && this.wakeUp.sendWatches(), REQUEST_AFTER_MS).unref();
    return call.ended;
  }

  async onModuleDestroy(): Promise<void> {
    for (const calls of this.calls.values()) for (const call of calls) call.fail(shuttingDown(call.id));
    this.watches.close();
    await this.replies.close();
  }

  private add(id: string, limits: WaitLimits): WaitingCall {
    const call = new WaitingCall({ ...limits, id, onEnd: (ended) => this.remove(ended) });
    const calls = this.calls.get(id);
    if (calls) calls.add(call);
    else this.calls.set(id, new Set([call]));
    if (limits.signal?.aborted) this.remove(call);
    else this.listenFor(id);
    this.ticking ??= setInterval(() => this.tick(), TICK_MS).unref();
    return call;
  }

  private remove(call: WaitingCall): void {
    const calls = this.calls.get(call.id);
    calls?.delete(call);
    if (calls?.size === 0) {
      this.calls.delete(call.id);
      this.wakeUp.unwatch(call.id);
    }
    if (this.calls.size > 0) return;
    clearInterval(this.ticking);
    this.ticking = undefined;
    this.closeIfUnused();
  }

  private newWatches(): JobWatches {
    return new JobWatches({
      clock: this.clock,
      read: (wanted) => this.readChanges(wanted),
      onFirst: (id) => (this.listenFor(id), this.wakeUp.sendWatches()),
      onLast: (id) => (this.wakeUp.unwatch(id), this.closeIfUnused()),
      onError: this.onError,
    });
  }

  private listenFor(id: string): void {
    this.wakeUp.watch(this.replies.channel, id);
    this.replies.open();
  }

  private closeIfUnused(): void {
    if (this.calls.size === 0 && this.watches.size === 0) this.replies.closeLater();
  }

  private async readChanges(wanted: readonly WatchedJob[]): Promise<Map<WatchedJob, ChangeRow>> {
    const found = new Map<WatchedJob, ChangeRow>();
    for (const [shard, own] of groupBy(wanted, ({ id }) => shardOf(id, this.options.shards)))
      for (const [job, row] of await this.store.changes(shard, own)) found.set(job, row);
    return found;
  }

  private startLooking(call: WaitingCall): void {
    call.lookLater(this.clock.steadyMs());
    this.look(call.id);
  }

  private tick(): void {
    const nowMs = this.clock.steadyMs();
    for (const calls of this.calls.values())
      for (const call of calls)
        if (call.nextLookMs <= nowMs) {
          call.lookLater(nowMs);
          this.look(call.id);
        }
  }

  /** Nearly always false, and then no id of a job is looked up. */
  private get isInUse(): boolean {
    return this.calls.size > 0 || this.watches.size > 0 || this.watched.size > 0;
  }

  private note(event: JobEvent): void {
    if (!this.isInUse || !isEnd(event)) return;
    this.hint(event.id);
    this.watched.hasEnded(event.id);
  }

  private hint(id: string): void {
    this.look(id);
    this.watches.look(id);
  }

  /** The job may have ended. */
  private look(id: string): void {
    if (this.calls.size === 0 || !this.calls.has(id)) return;
    this.toRead.add(id);
    if (!this.reading) void this.readAll();
  }

  private async readAll(): Promise<void> {
    this.reading = true;
    // One statement for all hints of this turn.
    await new Promise(setImmediate);
    while (this.toRead.size > 0) {
      const ids = [...this.toRead].slice(0, MAX_READ);
      for (const id of ids) this.toRead.delete(id);
      await this.read(ids).catch(this.onError);
    }
    this.reading = false;
  }

  private async read(ids: string[]): Promise<void> {
    const byShard = groupBy(ids, (id) => shardOf(id, this.options.shards));
    for (const [shard, own] of byShard) {
      const endings = await this.store.endings(shard, own);
      for (const id of own) this.found(id, endings.get(id));
    }
  }

  private readonly onError = (error: unknown): void => report('waits_unread', { cause: error });

  /** `ending`: null if the job has not ended, undefined if there is no such job. */
  private found(id: string, ending: EndingRow | null | undefined): void {
    for (const call of this.calls.get(id) ?? [])
      if (ending) call.finish(toFinishedJob(ending));
      else if (ending === undefined && call.nextLookMs < Infinity) call.fail(new JobNotFoundError(id));
  }

  private async tell(channel: string, message: string): Promise<void> {
    await this.store.tell(channel, message).catch((error: unknown) => report('notify_failed', { cause: error }));
  }
}

function isEnd({ name }: JobEvent): boolean {
  return name === 'completed' || name === 'failed' || name === 'cancelled';
}
