import type { SourceTable } from '../source-table.js';
import { cleanRows } from './clean-rows.js';

/** One row per row of the source: its new status, or why it is not taken over. `prefix` is a schema or `pg_temp`. */
export const createRows = (prefix: string): string => `
  create table ${prefix}.take_over_rows (
    n bigint primary key,
    source tid not null,
    old_id text,
    id uuid not null,
    type text,
    old_status text,
    status text,
    reason text,
    notes text[] not null,
    scheduled_at timestamptz,
    present boolean not null default false
  )`;

/**
 * Parameters: other names of statuses, the current ISO week, whether to cancel reminders of past weeks. If several rows
 * have the same id, the first one keeps it. The others get an id derived from it and their position.
 */
export const fillRows = (prefix: string, table: SourceTable): string => `
  insert into ${prefix}.take_over_rows (n, source, old_id, id, type, old_status, status, reason, notes, scheduled_at)
  select
    row_number() over (order by source), source, old_id,
    case when place = 1 then id else pg_temp.go_derived_id(coalesce(old_id, '') || '#' || place) end,
    type, old_status,
    case when status = 'pending' and past and $3 then 'cancelled' else status end,
    reason,
    array_remove(array[
      case when place > 1 then 'id_repeated' when old_id is distinct from id::text then 'id_changed' end,
      case when status = 'pending' and spelt_status = 'processing' then 'was_processing' end,
      case when status is not null and spelt_status is distinct from old_status then 'status_spelling' end,
      case when payload_empty then 'payload_empty' end,
      case when payload_large then 'payload_large' end,
      case when times_given > times_kept then 'time_none' end,
      case when time_unreadable then 'time_unreadable' end,
      case when old_attempts is null or attempts is null or attempts < 0 then 'attempts_mended' end,
      case when status = 'pending' and past then 'past_reminder' end
    ], null),
    case when isfinite(scheduled_at) then scheduled_at end
  from (
    select *, ${REASON} as reason, coalesce(type = 'weekly_report_reminder' and week ~ '^[0-9]{4}-W[0-9]{2}$' and week < $2::text collate "C", false) as past,
      row_number() over (partition by id order by old_id = id::text desc nulls last, source) as place
    from (
      select *, ${STATUS} as status, payload ->> 'week' as week,
        num_nonnulls(scheduled_at, started_at, completed_at, created_at, updated_at) as times_kept,
        '-infinity' in (scheduled_at, started_at, completed_at, created_at, updated_at) as time_unreadable
      from (${cleanRows(table)}) as cleaned
    ) as known
  ) as judged`;

const STATUS = `
  case spelt_status
    when 'pending' then 'pending' when 'processing' then 'pending'
    when 'completed' then 'completed' when 'failed' then 'failed'
    when 'cancelled' then 'cancelled' when 'canceled' then 'cancelled'
  end`;

/** Why a row goes into quarantine. A job without a certain time waits there, because it might run at a wrong one. */
const REASON = `
  case
    when status is null then 'status_unknown'
    when coalesce(type, '') = '' then 'type_missing'
    when length(type) > 50 then 'type_too_long'
    when payload_fault is not null then 'payload_unreadable: ' || payload_fault
    when status = 'pending' and scheduled_at = 'infinity' then 'never_due'
    when status = 'pending' and scheduled_at = '-infinity' then 'scheduled_at_unreadable'
  end`;

/**
 * Parameters: other names of statuses, the row to start after, the last row, the shards, the defaults of the job types.
 * The clean rows are materialized, because a nested loop would clean them once per iteration.
 */
export const copyRows = (prefix: string, table: SourceTable): string => `
  with cleaned as materialized (${cleanRows(
    table,
    `where g.ctid = any (array(
      select source from ${prefix}.take_over_rows where n > $2 and n <= $3 and reason is null))`,
  )}
  ), chosen as materialized (
    select c.*, r.n, r.id as new_id, r.status, 'past_reminder' = any (r.notes) as past
    from ${prefix}.take_over_rows as r
    join cleaned as c on c.source = r.source and c.old_id is not distinct from r.old_id
    where r.n > $2 and r.n <= $3 and r.reason is null
  ), copied as (
    ${INSERT_JOBS}
    from chosen as c
    left join jsonb_to_recordset($5::jsonb) as t (type text, queue text, priority smallint, "maxAttempts" int)
      on t.type = c.type
    on conflict (shard, id) do nothing
    returning id
  )
  update ${prefix}.take_over_rows as r set present = true
  from chosen where chosen.n = r.n and chosen.new_id not in (select id from copied)`;

const finite = (column: string): string => `case when isfinite(c.${column}) then c.${column} end`;

/** The first of these times that is set, or now. */
const firstOf = (...columns: string[]): string => `coalesce(${columns.map(finite).join(', ')}, now())`;

const INSERT_JOBS = `
    insert into jobs (
      shard, id, type, payload, status, queue, priority, attempts, max_attempts, scheduled_at, started_at, completed_at,
      error, created_at, updated_at
    )
    select
      ('x' || right(new_id::text, 4))::bit(16)::int % $4, new_id, c.type, payload, status,
      coalesce(t.queue, 'default'), coalesce(t.priority, 5),
      greatest(attempts, 0), greatest(coalesce(nullif(greatest(c.max_attempts, 0), 0), t."maxAttempts", 5), 1),
      ${firstOf('scheduled_at', 'created_at', 'updated_at', 'completed_at')}, ${finite('started_at')},
      case when status = 'pending' then null when status = 'cancelled' and past then now()
        else ${firstOf('completed_at', 'updated_at', 'created_at', 'scheduled_at')} end,
      case when status = 'cancelled' and past then 'Cancelled when it was taken over: its week was over.' else error end,
      ${firstOf('created_at', 'scheduled_at', 'updated_at', 'completed_at')}, ${firstOf('updated_at', 'completed_at')}`;

/** Parameters: the row to start after, the last row. */
export const quarantineRows = (prefix: string, table: SourceTable): string => `
  insert into ${prefix}.take_over_quarantine (n, old_id, status, reason, row)
  select r.n, r.old_id, r.old_status, r.reason, row_to_json(g)
  from ${prefix}.take_over_rows as r
  join ${table.name} as g on g.ctid = r.source
  where r.n > $1 and r.n <= $2 and r.reason is not null`;

/** A new table has no statistics. Without them, the planner would join each batch row by row. */
export const analyzeRows = (prefix: string): string => `analyze ${prefix}.take_over_rows`;
