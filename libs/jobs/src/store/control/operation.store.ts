import {
  advanceOperation,
  endOperation,
  failBatch,
  insertOperation,
  listOperations,
  readOperation,
  takeOperation,
  type OperationRow,
  type OperationStatus,
  type TakenOperationRow,
} from '../sql/control/operations.sql.js';
import type { Executor } from '../statement.js';

/** How many operations may wait or run at once. */
export const MAX_OPEN = 100;

export interface NewOperation {
  format: number;
  action: string;
  filter: Record<string, unknown>;
  query: unknown;
  actor: string | null;
  atMost: number;
  total: number;
  totalCapped: boolean;
  batch: number;
}

/** How far a batch has come. */
export interface BatchDone {
  changed: number;
  skipped: number;
  refused: number;
  /** Why the first of those was refused; null if none was. */
  refusal: string | null;
  /** The last job that it looked at; null for the last batch. */
  after: { id: string; finished_at: string | null } | null;
  /** Of the next batch. */
  batch: number;
  pauseMs: number;
}

export interface BatchFailed {
  error: string;
  /** Of the next try. */
  batch: number;
  pauseMs: number;
}

/**
 * Actions on many jobs that workers go through batch by batch.
 *
 * Writes `job_operations`.
 */
export class OperationStore {
  constructor(private readonly executor: Executor) {}

  /** Its id; null if `MAX_OPEN` others have not ended. */
  async add(given: NewOperation): Promise<string | null> {
    const { format, action, filter, query, actor, atMost, total, totalCapped, batch } = given;
    const texts = [JSON.stringify(filter), JSON.stringify(query)] as const;
    const rows = await this.executor.run(insertOperation, [
      format,
      action,
      ...texts,
      actor,
      atMost,
      total,
      totalCapped,
      batch,
      MAX_OPEN,
    ]);
    return rows[0]?.id ?? null;
  }

  /** The next one that may go on, locked until the end of the transaction; null if there is none. */
  async take(format: number): Promise<TakenOperationRow | null> {
    return (await this.executor.run(takeOperation, [format]))[0] ?? null;
  }

  async advance(id: string, done: BatchDone): Promise<void> {
    const { changed, skipped, refused, refusal, after, batch, pauseMs } = done;
    const place = [after?.id ?? null, after?.finished_at ?? null] as const;
    await this.executor.run(advanceOperation, [id, changed, skipped, refused, refusal, ...place, batch, pauseMs]);
  }

  /** How many batches in a row have failed; null if it has ended. */
  async failBatch(id: string, { error, batch, pauseMs }: BatchFailed): Promise<number | null> {
    return (await this.executor.run(failBatch, [id, error, batch, pauseMs]))[0]?.failures ?? null;
  }

  /** Null if it has ended before, or there is none. */
  async end(id: string, status: OperationStatus, by: string | null = null): Promise<OperationRow | null> {
    return (await this.executor.run(endOperation, [id, status, by]))[0] ?? null;
  }

  async get(id: string): Promise<OperationRow | null> {
    return (await this.executor.run(readOperation, [id]))[0] ?? null;
  }

  /** Those that have not ended first, then the newest. */
  list(limit: number): Promise<OperationRow[]> {
    return this.executor.run(listOperations, [limit]);
  }
}
