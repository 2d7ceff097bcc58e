import { cancelWaitingAmong, signalCancelAmong } from '../sql/selection/cancel-jobs.sql.js';
import { deleteAmong } from '../sql/selection/delete-jobs.sql.js';
import { replayAmong } from '../sql/selection/replay-jobs.sql.js';
import { rescheduleAmong, type RescheduledRow } from '../sql/selection/reschedule-jobs.sql.js';
import { retryAmong } from '../sql/selection/retry-jobs.sql.js';
import { runNowAmong } from '../sql/selection/run-jobs-now.sql.js';
import type { NewTime } from '../../job/new-time.js';
import { MAX_POLL_INTERVAL_MS } from '../../jobs.options.js';
import type { Executor } from '../statement.js';

/** What an action on many jobs of one shard did. */
export interface Acted {
  changed: number;
  /** The queue of each job that falls due because of it before every worker polls again. */
  dueIn: string[];
  /** Milliseconds until the first of them falls due. */
  inMs: number;
  /** Whether running jobs were asked to end. */
  signalled: boolean;
}

/**
 * Changes many jobs of one shard. Jobs whose status does not allow it are left as they are.
 *
 * Writes `jobs`, `job_failures`, `job_logs` and `job_signals`.
 */
export class ActionStore {
  constructor(private readonly executor: Executor) {}

  /** `failed | cancelled → pending`, unless the unique key is taken. */
  async retry(shard: number, ids: readonly string[]): Promise<Acted> {
    return nowDue(await this.executor.run(retryAmong, [shard, ids]));
  }

  /** `pending | blocked → cancelled`, or a request for whoever runs or holds the job. */
  async cancel(shard: number, ids: readonly string[]): Promise<Acted> {
    const cancelled = new Set((await this.executor.run(cancelWaitingAmong, [shard, ids])).map(({ id }) => id));
    const others = ids.filter((id) => !cancelled.has(id));
    const signalled = others.length > 0 ? await this.executor.run(signalCancelAmong, [shard, others]) : [];
    const asked = signalled.map(({ job_id }) => job_id);
    // A run may have ended before it could see the request, and left the job pending.
    if (asked.length > 0) await this.executor.run(cancelWaitingAmong, [shard, asked]);
    return { changed: cancelled.size + asked.length, dueIn: [], inMs: 0, signalled: asked.length > 0 };
  }

  /** Deletes finished jobs with their failures. */
  async delete(shard: number, ids: readonly string[]): Promise<Acted> {
    const [row] = await this.executor.run(deleteAmong, [shard, ids]);
    return { changed: row!.deleted, dueIn: [], inMs: 0, signalled: false };
  }

  /** Makes pending jobs due that would fall due later. */
  async runNow(shard: number, ids: readonly string[]): Promise<Acted> {
    return nowDue(await this.executor.run(runNowAmong, [shard, ids]));
  }

  /** Sets when pending jobs fall due. */
  async reschedule(shard: number, ids: readonly string[], { at, byMs }: NewTime): Promise<Acted> {
    return dueAgain(await this.executor.run(rescheduleAmong, [shard, ids, at, byMs]));
  }

  /** Adds a copy of each finished job under the new id at its place. */
  async replay(shard: number, ids: readonly string[], newIds: readonly string[]): Promise<Acted> {
    return nowDue(await this.executor.run(replayAmong, [shard, ids, newIds]));
  }
}

function nowDue(rows: readonly { queue: string }[]): Acted {
  return { changed: rows.length, dueIn: rows.map(({ queue }) => queue), inMs: 0, signalled: false };
}

function dueAgain(rows: readonly RescheduledRow[]): Acted {
  const soon = rows.filter(({ in_ms }) => in_ms <= MAX_POLL_INTERVAL_MS);
  const inMs = Math.max(0, Math.min(...soon.map(({ in_ms }) => in_ms)));
  return { changed: rows.length, dueIn: soon.map(({ queue }) => queue), inMs, signalled: false };
}
