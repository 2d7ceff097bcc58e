import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface LogLineRow {
  line: number;
  attempt: number;
  logged_ms: number;
  message: string;
  fields: unknown;
}

export interface LogRow {
  /** The number of the last line. */
  total: number;
  /** How many lines are kept. */
  kept: number;
  lines: LogLineRow[];
}

/** SQL for lines of a log as JSON, from a query for their rows. */
export function logLines(rows: string): string {
  return `
    coalesce(
      (
        select json_agg(
          json_build_object(
            'line', l.line, 'attempt', l.attempt, 'logged_ms', ${epochMs('l.logged_at')}, 'message', l.message,
            'fields', l.fields
          )
          order by l.line
        )
        from (${rows}) as l
      ),
      '[]'
    )`;
}

/** The log of a job: the lines after a line, or the last lines. No row if there is no such job. */
export const readLog = statement<[shard: number, id: string, after: number | null, limit: number], LogRow>(
  'read_log',
  `
  select
    coalesce((select max(line) from {job_logs} where shard = $1 and job_id = $2), 0) as total,
    (select count(*)::int from {job_logs} where shard = $1 and job_id = $2) as kept,
    ${logLines(`
      (
        select line, attempt, logged_at, message, fields
        from {job_logs}
        where shard = $1 and job_id = $2 and line > $3::int
        order by line
        limit $4::int
      )
      union all
      (
        select line, attempt, logged_at, message, fields
        from {job_logs}
        where shard = $1 and job_id = $2 and $3::int is null
        order by line desc
        limit $4::int
      )`)} as lines
  from {jobs}
  where shard = $1 and id = $2`,
);
