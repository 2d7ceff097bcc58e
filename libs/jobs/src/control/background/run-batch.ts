import type { DataSource } from 'typeorm';
import type { JobsOptions } from '../../jobs.options.js';
import { limitStatements } from '../../store/bounded-read.js';
import { describeDatabaseError, isDatabaseDown, isStatementRefused } from '../../store/connection/database-errors.js';
import type { Acted } from '../../store/control/action.store.js';
import { OperationStore } from '../../store/control/operation.store.js';
import { SelectionStore, type SelectionQuery } from '../../store/control/selection.store.js';
import type { TakenOperationRow } from '../../store/sql/control/operations.sql.js';
import type { Executor } from '../../store/statement.js';
import { writeTogether } from '../../store/write-together.js';
import type { Clock } from '../../support/time/clock.js';
import { retryPauseMs } from '../../support/time/retry-pause.js';
import type { WakeUp } from '../../wake/wake-up.js';
import {
  actOnJobs,
  MAX_AT_ONCE,
  wakeAfter,
  type Action,
  type Place,
  type SelectionAction,
} from '../selection/action-rules.js';
import { queryBehind, readPage } from '../selection/read-page.js';
import { OPERATION_FORMAT, type StoredQuery } from './begin-operation.js';
import { recordEnd } from './record-end.js';

export interface BatchParts {
  dataSource: DataSource;
  options: Pick<JobsOptions, 'schema' | 'shards' | 'waitTimeoutMs'>;
  wakeUp: WakeUp;
  clock: Clock;
}

/** How long each statement of a batch may take, in milliseconds: to find jobs, and to change them. */
const FIND_MS = 2_000;
const WRITE_MS = 10_000;
/** A batch that took less than this may be followed by one with more jobs, in milliseconds. */
const QUICK_MS = 1_000;
/** A batch of a thousand looks at up to 100,000 jobs. */
const LOOK_PER_JOB = 100;
/** An operation waits as long as its last batch took, within these limits: jobs of others are claimed meanwhile. */
const PAUSE_MS = { least: 20, most: 2_000 };
const PAUSE_AFTER_FAILURE = { minMs: 500, maxMs: 30_000 };
/** An operation ends as failed after so many batches in a row that did not succeed. */
const MAX_FAILURES = 12;
const MAX_ERROR_LENGTH = 1_000;

/**
 * Runs the next batch of an operation that may go on: in one transaction, which also writes down how far it has come.
 * So a batch counts once, whatever becomes of this process. Returns the milliseconds until the next batch may begin;
 * null if no operation can go on now.
 */
export async function runBatch(parts: BatchParts): Promise<number | null> {
  const { dataSource, options, wakeUp, clock } = parts;
  const taken: { row: TakenOperationRow | null } = { row: null };
  try {
    const done = await writeTogether({ dataSource, options }, undefined, async ({ executor }) => {
      taken.row = await new OperationStore(executor).take(OPERATION_FORMAT);
      return taken.row && batch(executor, taken.row, { shards: options.shards, clock });
    });
    if (!done) return null;
    wakeAfter(done.acted, wakeUp, clock);
    return done.pauseMs;
  } catch (error) {
    if (taken.row && !isDatabaseDown(error)) await failed(parts, taken.row, error);
    throw error;
  }
}

async function batch(
  executor: Executor,
  row: TakenOperationRow,
  place: Place,
): Promise<{ acted: Acted; pauseMs: number }> {
  const { shards, clock } = place;
  const startedMs = clock.steadyMs();
  const left = row.at_most - row.changed - row.skipped;
  const limit = Math.min(row.batch, left);
  await limitStatements(executor, FIND_MS);
  const page = await readPage(new SelectionStore(executor), queryOf(row), limit, shards);
  await limitStatements(executor, WRITE_MS);
  const acted = await actOnJobs(executor, actionOf(row), page.jobs, place);
  const tookMs = clock.steadyMs() - startedMs;
  const pauseMs = Math.min(Math.max(tookMs, PAUSE_MS.least), PAUSE_MS.most);
  const store = new OperationStore(executor);
  await store.advance(row.id, {
    changed: acted.changed,
    skipped: page.jobs.length - acted.changed,
    after: page.next,
    batch: tookMs < QUICK_MS ? Math.min(row.batch * 2, MAX_AT_ONCE) : row.batch,
    pauseMs,
  });
  if (page.next === null || page.jobs.length === left) await recordEnd(executor, await store.end(row.id, 'completed'));
  return { acted, pauseMs };
}

function actionOf({ action, query }: TakenOperationRow): Action {
  const { to } = query as StoredQuery;
  return {
    name: action as SelectionAction,
    ...(to && { to: { at: to.at === null ? null : new Date(to.at), byMs: to.byMs } }),
  };
}

/** Where the batch before has ended. */
function queryOf({ query, batch: jobs, after_id, after_finished_at }: TakenOperationRow): SelectionQuery {
  const { to: _, ...stored } = query as StoredQuery;
  const first: SelectionQuery = { ...stored, ids: null, look: jobs * LOOK_PER_JOB };
  return after_id === null ? first : queryBehind(first, { id: after_id, finished_at: after_finished_at });
}

/** The next try is smaller and comes later. */
async function failed({ dataSource, options }: BatchParts, row: TakenOperationRow, error: unknown): Promise<void> {
  const { id, batch: jobs, failures } = row;
  await writeTogether({ dataSource, options }, undefined, async ({ executor }) => {
    const store = new OperationStore(executor);
    const now = await store.failBatch(id, {
      error: wordsOf(error).slice(0, MAX_ERROR_LENGTH),
      batch: Math.max(1, Math.floor(jobs / 2)),
      pauseMs: retryPauseMs(failures, PAUSE_AFTER_FAILURE),
    });
    if (now !== null && now >= MAX_FAILURES) await recordEnd(executor, await store.end(id, 'failed'));
  });
}

function wordsOf(error: unknown): string {
  if (isStatementRefused(error)) return describeDatabaseError(error);
  return error instanceof Error ? error.message : String(error);
}
