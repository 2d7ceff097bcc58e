import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export type OperationStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';

/** An operation as people see it. */
export interface OperationRow {
  id: string;
  action: string;
  filter: Record<string, unknown>;
  actor: string | null;
  status: OperationStatus;
  at_most: number;
  total: number;
  total_capped: boolean;
  changed: number;
  skipped: number;
  refused: number;
  refusal: string | null;
  error: string | null;
  created_ms: number;
  started_ms: number | null;
  updated_ms: number;
  ended_ms: number | null;
  ended_by: string | null;
}

/** What a batch of an operation has to know. */
export interface TakenOperationRow extends OperationRow {
  query: unknown;
  batch: number;
  failures: number;
  /** The last job that was looked at; null before the first batch. */
  after_id: string | null;
  /** To the microsecond, as text that PostgreSQL reads back; null before the first batch. */
  after_finished_at: string | null;
  /** The same for the time at which it was asked for. */
  asked_at: string;
}

const asText = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const COLUMNS = `
    id, action, filter, actor, status, at_most, total, total_capped, changed, skipped, refused, refusal, error,
    ${epochMs('created_at')} as created_ms, ${epochMs('started_at')} as started_ms,
    ${epochMs('updated_at')} as updated_ms, ${epochMs('ended_at')} as ended_ms, ended_by`;

export type InsertOperationParams = [
  format: number,
  action: string,
  filter: string,
  query: string,
  actor: string | null,
  atMost: number,
  total: number,
  totalCapped: boolean,
  batch: number,
  /** How many may be open at once. */
  most: number,
];

/** Adds an operation, unless too many have not ended. */
export const insertOperation = statement<InsertOperationParams, { id: string }>(
  'insert_operation',
  `
  insert into {job_operations} (format, action, filter, query, actor, at_most, total, total_capped, batch)
  select $1::smallint, $2, $3::jsonb, $4::jsonb, $5, $6::int, $7::int, $8::boolean, $9::int
  where (select count(*) from {job_operations} where ended_at is null) < $10::int
  returning id`,
);

/**
 * Locks the operation whose next batch has waited for longest. One that another worker is at work on is locked, and
 * skipped.
 */
export const takeOperation = statement<[format: number], TakenOperationRow>(
  'take_operation',
  `
  select ${COLUMNS}, query, batch, failures, after_id, ${asText('after_finished_at')} as after_finished_at,
    ${asText('created_at')} as asked_at
  from {job_operations}
  where ended_at is null and next_at <= clock_timestamp() and format <= $1::smallint
  order by next_at
  limit 1
  for update skip locked`,
);

export type AdvanceOperationParams = [
  id: string,
  changed: number,
  skipped: number,
  refused: number,
  refusal: string | null,
  afterId: string | null,
  afterFinishedAt: string | null,
  batch: number,
  pauseMs: number,
];

/** Writes down how far a batch has come, and why the first job was refused. The next one may begin after the pause. */
export const advanceOperation = statement<AdvanceOperationParams, never>(
  'advance_operation',
  `
  update {job_operations}
  set status = 'processing', started_at = coalesce(started_at, now()), changed = changed + $2::int,
      skipped = skipped + $3::int, refused = refused + $4::int, refusal = coalesce(refusal, $5),
      after_id = coalesce($6, after_id), after_finished_at = coalesce($7::timestamptz, after_finished_at),
      batch = $8::int, failures = 0, error = null,
      next_at = clock_timestamp() + $9::float8 * interval '1 millisecond', updated_at = now()
  where id = $1`,
);

/** A batch did not succeed: the next one is smaller, and begins after the pause. */
export const failBatch = statement<[id: string, error: string, batch: number, pauseMs: number], { failures: number }>(
  'fail_batch',
  `
  update {job_operations}
  set failures = failures + 1, error = $2, batch = $3::int,
      next_at = clock_timestamp() + $4::float8 * interval '1 millisecond', updated_at = now()
  where id = $1 and ended_at is null
  returning failures`,
);

/** Ends an operation, and forgets the values of payloads that it looked for. */
export const endOperation = statement<[id: string, status: string, by: string | null], OperationRow>(
  'end_operation',
  `
  update {job_operations}
  set status = $2, ended_at = now(), ended_by = $3, query = null, updated_at = now()
  where id = $1 and ended_at is null
  returning ${COLUMNS}`,
  { waitsForLocks: true },
);

export const readOperation = statement<[id: string], OperationRow>(
  'read_operation',
  `select ${COLUMNS} from {job_operations} where id = $1`,
);

/** Those that have not ended, and then the newest. Ids begin with the time. */
export const listOperations = statement<[limit: number], OperationRow>(
  'list_operations',
  `
  select ${COLUMNS}
  from {job_operations}
  order by ended_at is null desc, id desc
  limit $1`,
);

/** Deletes those that ended long ago. */
export const pruneOperations = statement<[olderThanMs: number, limit: number], { id: string }>(
  'prune_operations',
  `
  delete from {job_operations}
  where id in (
    select id from {job_operations}
    where ended_at < now() - $1::float8 * interval '1 millisecond'
    order by id
    limit $2
  )
  returning id`,
);
