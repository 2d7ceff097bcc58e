import { hotStatement, noRow } from '../../statement.js';
import { NOTIFY_CHANNEL } from './notify.sql.js';

export type InsertPlainParams = [
  shard: number,
  type: string,
  queue: string,
  priority: number,
  maxAttempts: number,
  timeoutMs: number,
  ids: string,
  payloads: string,
];

const insert = (columns: string[] = [], values: string[] = []): string => `
    insert into {jobs} (${['shard, id, type, payload, queue, priority, max_attempts, timeout_ms', ...columns].join(', ')})
    select ${['$1, j.id, $2, j.payload, $3, $4, $5, $6', ...values].join(', ')}
    from rows from (unnest($7::uuid[]), jsonb_array_elements($8::jsonb)) as j (id, payload)`;

/**
 * Adds jobs of one type that differ in nothing but their payload and are due now, which most jobs are. Ids are one array
 * literal and payloads one JSON array, in the same order: far cheaper to write, send and read than an array per column.
 */
export const insertPlain = hotStatement<InsertPlainParams>('insert_plain', insert(), noRow);

/** As `insertPlain`, and tells the fleet with the same commit. */
export const insertPlainAndNotify = hotStatement<[...InsertPlainParams, message: string]>(
  'insert_plain_and_notify',
  `
  with inserted as (${insert()}
  )
  select pg_notify('${NOTIFY_CHANNEL}', $9)`,
  noRow,
);

/**
 * As `insertPlain`, for jobs that the given worker starts as soon as they are committed: they are written as a claim
 * would leave them. The time is text for the reason that a claim's is, of a form that no setting of the host's session changes.
 */
export const insertStarted = hotStatement<[...InsertPlainParams, workerId: string], string>(
  'insert_started',
  `${insert(['status', 'started_at', 'attempts', 'run', 'worker_id'], [`'processing'`, 'now()', '1', '1', '$9'])}
    returning to_char(scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as scheduled_at`,
  ([scheduledAt]) => scheduledAt!,
);
