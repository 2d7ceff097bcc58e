import { NOTIFY_CHANNEL } from '../../notification.js';
import { textStatement, discardRows } from '../../statement.js';

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
 * Adds jobs of one type that are due now and differ only in their payloads, as most jobs do. Ids are one array literal
 * and payloads one JSON array, in the same order. That is much cheaper to write, send and read than one array per
 * column.
 */
export const insertPlain = textStatement<InsertPlainParams>('insert_plain', insert(), discardRows);

/** As `insertPlain`, and notifies the workers with the same commit. */
export const insertPlainAndNotify = textStatement<[...InsertPlainParams, message: string]>(
  'insert_plain_and_notify',
  `
  with inserted as (${insert()}
  )
  select pg_notify('${NOTIFY_CHANNEL}', $9)`,
  discardRows,
);

/**
 * As `insertPlain`, but writes the jobs as claimed by the given worker, which starts them after the commit
 * (docs/decisions/0012-direct-start.md). The due time is text, as in a claim, in a format that no setting of the host's
 * session changes.
 */
export const insertStarted = textStatement<[...InsertPlainParams, workerId: string], string>(
  'insert_started',
  `${insert(['status', 'started_at', 'attempts', 'run', 'worker_id'], [`'processing'`, 'now()', '1', '1', '$9'])}
    returning to_char(scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') as scheduled_at`,
  ([scheduledAt]) => scheduledAt!,
);
