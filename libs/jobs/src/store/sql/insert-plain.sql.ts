import { statement } from '../statement.js';
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

const INSERT = `
    insert into jobs (shard, id, type, payload, queue, priority, max_attempts, timeout_ms)
    select $1, j.id, $2, j.payload, $3, $4, $5, $6
    from rows from (unnest($7::uuid[]), jsonb_array_elements($8::jsonb)) as j (id, payload)`;

/**
 * Adds jobs of one type that differ in nothing but their payload and are due now, which most jobs are. Ids are one array
 * literal and payloads one JSON array, in the same order: far cheaper to write, send and read than an array per column.
 */
export const insertPlain = statement<InsertPlainParams>(
  'insert_plain',
  `
  ${INSERT}`,
);

/** As `insertPlain`, and tells the fleet with the same commit. */
export const insertPlainAndNotify = statement<[...InsertPlainParams, message: string]>(
  'insert_plain_and_notify',
  `
  with inserted as (
    ${INSERT}
  )
  select pg_notify('${NOTIFY_CHANNEL}', $9)`,
);
