/** Counts the rows by their old status and by what happens to them. */
export const READ_STATUSES = (prefix: string): string => `
  select coalesce(old_status, '(null)') as "oldStatus", coalesce(case when reason is null then status end, 'quarantine') as becomes,
    count(*)::int as rows
  from ${prefix}.take_over_rows group by 1, 2 order by 3 desc, 1, 2`;

export const READ_NOTES = (prefix: string): string => `
  select note, count(*)::int as rows, (array_agg(old_id order by n))[1] as example
  from ${prefix}.take_over_rows, unnest(notes) as note group by note order by note`;

export const READ_REASONS = (prefix: string): string => `
  select reason, count(*)::int as rows, (array_agg(old_id order by n))[1] as example
  from ${prefix}.take_over_rows where reason is not null group by reason order by 2 desc, 1 limit 20`;

export const READ_WAITING = (prefix: string): string => `
  select type, count(*)::int as rows, min(scheduled_at) as oldest
  from ${prefix}.take_over_rows where status = 'pending' and reason is null group by type order by type`;

/** Counts the source, the decisions, the jobs and the quarantine, for a comparison. */
export const READ_AGREEMENT = (prefix: string, source: string): string => `
  select
    (select count(*)::int from ${source}) as source,
    count(*)::int as decided,
    count(*) filter (where r.reason is null)::int as "toTake",
    count(j.id)::int as taken,
    count(j.id) filter (where j.status = r.status or r.present)::int as "sameStatus",
    count(*) filter (where r.reason is not null)::int as "toQuarantine",
    count(q.n)::int as quarantined
  from ${prefix}.take_over_rows as r
  left join jobs as j on r.reason is null and j.shard = ('x' || right(r.id::text, 4))::bit(16)::int % $1 and j.id = r.id
  left join ${prefix}.take_over_quarantine as q on q.n = r.n`;

/** Counts the jobs that have changed since the take-over, and those that it did not make. */
export const COUNT_CHANGED_JOBS = (prefix: string): string => `
  select
    (select count(*)::int from ${prefix}.take_over_rows as r
     left join jobs as j on j.id = r.id
     where r.reason is null and not r.present and (j.id is null or j.status <> r.status or j.run > 0)) as changed,
    (select count(*)::int from jobs as j
     where not exists (select from ${prefix}.take_over_rows as r where r.id = j.id and r.reason is null)) as added`;

export const DELETE_TAKEN_JOBS = (prefix: string): string => `
  delete from jobs as j using ${prefix}.take_over_rows as r where r.id = j.id and r.reason is null and not r.present`;

export const countRows = (table: string): string => `select count(*)::int as rows from ${table}`;
