import type { EntityManager } from 'typeorm';
import type { JobStatus } from '../../job/job-status.js';
import { checkNewTime, type RescheduleTo } from '../../job/new-time.js';
import { requireInteger } from '../../job/validate/option-checks.js';
import { requireKnownOptions } from '../../job/validate/known-options.js';
import type { SelectionEdge, SelectionQuery } from '../../store/control/selection.store.js';
import type { SelectedRow } from '../../store/sql/selection/select-jobs.sql.js';
import { filterIds, checkFilter, rangeOf, type JobFilter } from './job-filter.js';
import { FIRST_ID, idAt, LAST_ID } from './id-at.js';
import { readPage } from './read-page.js';
import type { Action } from './action-rules.js';
import { actOn, type ActionOptions, type ActionResult } from './selection-actions.js';
import { cursorText, readCursor } from './selection-cursor.js';
import type { SelectionParts } from './selection-parts.js';

/** A job without its payload and result; `JobService.get` has those. */
export interface JobSummary {
  id: string;
  type: string;
  queue: string;
  status: JobStatus;
  priority: number;
  attempts: number;
  maxAttempts: number;
  uniqueKey: string | null;
  progress: number | null;
  /** Of the last failed attempt, its first 1,000 characters. */
  error: string | null;
  tags: string[];
  scheduledAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  createdAt: Date;
}

export interface JobPage {
  /** Newest first: by when they were created, or finished where only failed and cancelled jobs are asked for. */
  jobs: JobSummary[];
  /** For `after` of the next page; null if this is the last. */
  next: string | null;
  /** True if 100,000 jobs were looked at and there are more. `next` then goes on behind them. */
  capped: boolean;
}

export interface JobCount {
  count: number;
  /** True if there may be more: it counts to 10,000, among the newest 100,000 jobs. */
  capped: boolean;
}

export interface ListOptions {
  /** Jobs of a page, 1 to 1,000. Default 50. */
  limit?: number;
  /** The `next` of the page before. */
  after?: string;
  manager?: EntityManager | null;
}

const LOOK = 100_000;
const MAX_COUNT = 10_000;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

/** The jobs that match a filter. Looks at 100,000 jobs at most, so the cost does not grow with the table. */
export class JobSelection {
  private readonly query: Omit<SelectionQuery, 'before'>;

  /** Throws `InvalidJobOptionError` if the filter has a value that no job can match. */
  constructor(
    private readonly parts: SelectionParts,
    private readonly filter: JobFilter,
  ) {
    const checked = checkFilter(filter);
    const ids = filterIds(filter);
    const fromId = idAt('since', filter.since) ?? FIRST_ID;
    this.query = {
      range: ids ? 'given' : rangeOf(checked),
      fromId,
      belowId: idAt('until', filter.until) ?? LAST_ID,
      look: LOOK,
      ids,
      filter: checked,
    };
  }

  /** How many jobs match. Throws `JobsError` JOBS_QUERY_TOO_SLOW after two seconds. */
  async count(given: { manager?: EntityManager | null } = {}): Promise<JobCount> {
    requireKnownOptions('', given, ['manager']);
    const query = { ...this.query, before: null };
    return this.parts.read(given.manager, async (store) => {
      let count = 0;
      let capped = false;
      for (let shard = 0; shard < this.parts.shards; shard++) {
        count += await store.count(shard, query, MAX_COUNT + 1);
        capped ||= count > MAX_COUNT || (await store.edge(shard, query)) !== null;
      }
      return { count: Math.min(count, MAX_COUNT), capped: capped || count > MAX_COUNT };
    });
  }

  /** A page of the jobs that match. Throws `JobsError` JOBS_QUERY_TOO_SLOW after two seconds. */
  async list(given: ListOptions = {}): Promise<JobPage> {
    requireKnownOptions('', given, ['limit', 'after', 'manager']);
    const { limit = DEFAULT_LIMIT, after, manager } = given;
    requireInteger('limit', limit, 1, MAX_LIMIT);
    const query = this.queryAfter(after);
    return this.parts.read(manager, async (store) => {
      const { jobs, next, capped } = await readPage(store, query, limit, this.parts.shards);
      return { jobs: jobs.map(toSummary), next: next && this.cursorOf(next), capped };
    });
  }

  /**
   * Makes failed and cancelled jobs due now, with all their attempts. A job whose unique key is taken is skipped; so are
   * all but the newest of several with the same key. As all actions, it leaves out and counts jobs that the database
   * refuses to change, and changes at most `atMost` jobs. Up to 1,000 it changes at once, in one transaction. If more
   * match, it changes none yet: workers do it in the background, and the answer has the id of the `operation`. Throws `InvalidJobOptionError`, `JobsError` JOBS_QUERY_TOO_SLOW or
   * JOBS_TOO_MANY_OPERATIONS, or what a `JobService` call throws.
   */
  retry(given: ActionOptions = {}): Promise<ActionResult> {
    return this.act({ name: 'retry' }, given);
  }

  /** Cancels pending jobs, and asks the workers of running ones to abort them, as `JobService.cancel` does. */
  cancel(given: ActionOptions = {}): Promise<ActionResult> {
    return this.act({ name: 'cancel' }, given);
  }

  /** Deletes finished jobs with their failed attempts. Nothing brings them back. */
  delete(given: ActionOptions = {}): Promise<ActionResult> {
    return this.act({ name: 'delete' }, given);
  }

  /** Makes pending jobs due now that wait for a later time. */
  runNow(given: ActionOptions = {}): Promise<ActionResult> {
    return this.act({ name: 'run_now' }, given);
  }

  /**
   * Sets when pending jobs fall due: at a time, or `byMs` milliseconds later than planned; negative for earlier. A time
   * that has passed means now. Also throws `InvalidJobOptionError` for a time more than ten years away.
   */
  async reschedule(to: RescheduleTo, given: ActionOptions = {}): Promise<ActionResult> {
    return this.act({ name: 'reschedule', to: checkNewTime('to', to, this.parts.clock.epochMs()) }, given);
  }

  /**
   * Enqueues finished jobs once more, as new jobs that are due now. They have the type, payload, queue, priority,
   * attempts, timeout, retry policy and tags of the old ones, and no unique key. The old jobs stay.
   */
  replay(given: ActionOptions = {}): Promise<ActionResult> {
    return this.act({ name: 'replay' }, given);
  }

  private act(action: Action, given: ActionOptions): Promise<ActionResult> {
    return actOn(this.parts, action, { query: this.query, filter: this.filter }, given);
  }

  private queryAfter(after: string | undefined): SelectionQuery {
    const isFinished = this.query.range === 'finished';
    if (after === undefined) return { ...this.query, before: null };
    const { id, finishedAt } = readCursor(after, isFinished);
    if (finishedAt !== null) return { ...this.query, before: { id, finishedAt } };
    return { ...this.query, before: null, belowId: id < this.query.belowId ? id : this.query.belowId };
  }

  private cursorOf({ id, finished_at: finishedAt }: SelectionEdge): string {
    return cursorText({ id, finishedAt: this.query.range === 'finished' ? finishedAt : null });
  }
}

function toSummary(row: SelectedRow): JobSummary {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms));
  return {
    id: row.id,
    type: row.type,
    queue: row.queue,
    status: row.status,
    priority: row.priority,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    uniqueKey: row.unique_key,
    progress: row.progress,
    error: row.error,
    tags: row.tags,
    scheduledAt: new Date(row.scheduled_ms),
    startedAt: time(row.started_ms),
    completedAt: time(row.completed_ms),
    createdAt: new Date(row.created_ms),
  };
}
