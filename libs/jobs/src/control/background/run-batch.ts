import type { DataSource } from 'typeorm';
import type { JobsOptions } from '../../jobs.options.js';
import { limitStatements } from '../../store/bounded-read.js';
import { describeDatabaseError, isDatabaseDown, isStatementRefused } from '../../store/connection/database-errors.js';
import type { Acted } from '../../store/control/action.store.js';
import { OperationStore } from '../../store/control/operation.store.js';
import { SelectionStore, type SelectionQuery } from '../../store/control/selection.store.js';
import type { TakenOperationRow } from '../../store/sql/control/operations.sql.js';
import type { Executor } from '../../store/statement.js';
import { writeTogether, type Together } from '../../store/write-together.js';
import type { Clock } from '../../support/time/clock.js';
import { retryPauseMs } from '../../support/time/retry-pause.js';
import type { WakeUp } from '../../wake/wake-up.js';
import { actWherePossible, type ActedWherePossible, type Leniency } from '../selection/act-where-possible.js';
import { MAX_AT_ONCE, wakeAfter, type Action, type Place, type SelectionAction } from '../selection/action-rules.js';
import { queryBehind, readPage, type SelectedPage } from '../selection/read-page.js';
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
/** A batch with refused jobs ends after about this time, in milliseconds, and the next one goes on behind it. */
const BUDGET_MS = 2_000;
/** A batch of a thousand looks at up to 100,000 jobs. */
const LOOK_PER_JOB = 100;
/** With one job, it would not show whether others can be changed. */
const LEAST_BATCH = 2;
/** An operation waits as long as its last batch took, within these limits: jobs of others are claimed meanwhile. */
const PAUSE_MS = { least: 20, most: 2_000 };
const PAUSE_AFTER_FAILURE = { minMs: 500, maxMs: 30_000 };
/** An operation ends as failed after so many batches in a row that did not succeed. */
const MAX_FAILURES = 12;
/** After so many refused jobs without one that was not, the database is at fault and not the jobs. */
const MOST_IN_VAIN = 10_000;
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
    const done = await writeTogether({ dataSource, options }, undefined, async (together) => {
      taken.row = await new OperationStore(together.executor).take(OPERATION_FORMAT);
      return taken.row && batch(together, taken.row, { shards: options.shards, clock });
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
  together: Together,
  row: TakenOperationRow,
  place: Place,
): Promise<{ acted: Acted; pauseMs: number }> {
  const { executor } = together;
  const startedMs = place.clock.steadyMs();
  const left = row.at_most - row.changed - row.skipped - row.refused;
  await limitStatements(executor, FIND_MS);
  const page = await readPage(new SelectionStore(executor), queryOf(row), Math.min(row.batch, left), place.shards);
  await limitStatements(executor, WRITE_MS);
  const leniency = leniencyOf(row, page, together);
  const done = await actWherePossible(together, actionOf(row), page.jobs, place, leniency);
  const tookMs = place.clock.steadyMs() - startedMs;
  const pauseMs = Math.min(Math.max(tookMs, PAUSE_MS.least), PAUSE_MS.most);
  const isWhole = done.passed === page.jobs.length;
  await new OperationStore(executor).advance(row.id, {
    ...countsOf(done),
    after: isWhole ? page.next : page.jobs[done.passed - 1]!,
    batch: tookMs < QUICK_MS ? Math.min(row.batch * 2, MAX_AT_ONCE) : row.batch,
    pauseMs,
  });
  if (isInVain(row, done)) await end(executor, row, 'failed');
  else if (isWhole && (page.next === null || page.jobs.length === left)) await end(executor, row, 'completed');
  return { acted: done.acted, pauseMs };
}

/** A job that is held up may be so together with all others, so the operation waits before it leaves out the first one. */
function leniencyOf({ failures }: TakenOperationRow, { jobs, next }: SelectedPage, { isLate }: Together): Leniency {
  const isLastTry = failures >= MAX_FAILURES - 1;
  const isLastJob = next === null && jobs.length === 1;
  return { locked: isLate, slow: isLastTry, all: isLastTry || isLastJob, budgetMs: BUDGET_MS };
}

function countsOf({ acted: { changed }, passed, refused, refusal }: ActedWherePossible) {
  return { changed, skipped: passed - changed - refused, refused, refusal };
}

function isInVain(row: TakenOperationRow, { passed, refused }: ActedWherePossible): boolean {
  const others = row.changed + row.skipped + passed - refused;
  return others === 0 && row.refused + refused >= MOST_IN_VAIN;
}

async function end(executor: Executor, { id }: TakenOperationRow, status: 'completed' | 'failed'): Promise<void> {
  await recordEnd(executor, await new OperationStore(executor).end(id, status));
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
      batch: Math.max(LEAST_BATCH, Math.floor(jobs / 2)),
      pauseMs: retryPauseMs(failures, PAUSE_AFTER_FAILURE),
    });
    if (now !== null && now >= MAX_FAILURES) await end(executor, row, 'failed');
  });
}

function wordsOf(error: unknown): string {
  if (isStatementRefused(error)) return describeDatabaseError(error);
  return error instanceof Error ? error.message : String(error);
}
