import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

/** The largest number of an `int[]`. A histogram that has reached it stays there, instead of failing the statement. */
const MOST = 2_147_483_647;

/** SQL for the start of the span of `seconds` that `time` falls into. Spans are counted from 1970, in UTC. */
export function startOfSpan(seconds: string, time: string): string {
  return `date_bin(${seconds} * interval '1 second', ${time}, timestamptz 'epoch')`;
}

/** SQL for the number of a bucket, from a sum that may be null. */
export function bucketCount(sum: string): string {
  return `least(coalesce(${sum}, 0), ${MOST})::int`;
}

const added = (column: string) => `
      ${column} = coalesce((
        select array_agg(${bucketCount('coalesce(b.old, 0)::bigint + coalesce(b.new, 0)')} order by b.i)
        from unnest(s.${column}, excluded.${column}) with ordinality as b (old, new, i)
      ), '{}')`;

/** What an insert of rows does where the row is there already: it adds to it. */
export const OR_ADD = `
    on conflict (type, queue, starts_at, span_s) do update set
      completed = s.completed + excluded.completed,
      retried = s.retried + excluded.retried,
      failed = s.failed + excluded.failed,
      cancelled = s.cancelled + excluded.cancelled,
      wait_ms = s.wait_ms + excluded.wait_ms,
      run_ms = s.run_ms + excluded.run_ms,${added('waits')},${added('runs')}`;

export const HISTORY_COLUMNS =
  'type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs';

/**
 * Adds counts to the minute in which the server's clock was `$1` milliseconds ago. The rows are in the order of their key,
 * so that two workers wait for each other and never deadlock. Returns the server's time.
 *
 * A row with a span of 0 has the number of the last batch of writer `$3` on day `$4`. A batch that is there already, because
 * the answer to it was lost, adds nothing.
 */
export const addHistory = statement<
  [ageMs: number, rows: string, writer: string, day: Date, batch: number],
  { now_ms: number }
>(
  'add_history',
  `
  with mark as (
    insert into {job_stats} as s (${HISTORY_COLUMNS})
    values ($3, '', 0, $4, $5::bigint, 0, 0, 0, 0, 0, '{}', '{}')
    on conflict (type, queue, starts_at, span_s) do update set completed = excluded.completed
      where s.completed < excluded.completed
    returning 1
  ),
  added as (
    insert into {job_stats} as s (${HISTORY_COLUMNS})
    select type, queue, 60, ${startOfSpan('60', `now() - $1::float8 * interval '1 millisecond'`)},
      completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
    from jsonb_to_recordset($2::jsonb) as given (
      type text, queue text, completed bigint, retried bigint, failed bigint, cancelled bigint,
      wait_ms bigint, run_ms bigint, waits int[], runs int[]
    )
    where exists (select from mark)
    order by type, queue${OR_ADD}
    returning 1
  )
  select ${epochMs('now()')} as now_ms, (select count(*) from added) as rows`,
);
