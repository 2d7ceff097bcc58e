import type { JobStatus } from '../../../job/job-status.js';
import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';
import { epochMs } from '../epoch-ms.js';
import { logLines, type LogLineRow } from '../logs/read-log.sql.js';

export interface ChangeRow {
  /** Which of the given ids this is, from 1. */
  place: number;
  id: string;
  type: string;
  status: JobStatus;
  attempts: number;
  run: number;
  progress: number | null;
  progress_note: string | null;
  /** Null before the end. */
  result: unknown;
  error: string | null;
  completed_ms: number;
  lines: LogLineRow[];
}

/** Lines of one job that are read at once. */
export const MAX_CHANGED_LINES = 100;

/** The state of watched jobs, and their next lines after the one of each; with null, the last ones. */
export const readChanges = statement<[shard: number, ids: string[], after: (number | null)[]], ChangeRow>(
  'read_changes',
  `
  select
    w.place::int as place, j.id, j.type, j.status, j.attempts, j.run, j.progress, j.progress_note,
    case when j.completed_at is not null then j.result end as result,
    case when j.completed_at is not null then j.error end as error, ${epochMs('j.completed_at')} as completed_ms,
    ${logLines(`
      select line, attempt, logged_at, message, fields
      from {job_logs}
      where shard = $1 and job_id = j.id and line > coalesce(
          w.after_line,
          (select max(line) from {job_logs} where shard = $1 and job_id = j.id) - ${MAX_CHANGED_LINES}
        )
      order by line
      limit ${MAX_CHANGED_LINES}`)} as lines
  from unnest($2::uuid[], $3::int[]) with ordinality as w (id, after_line, place)
  join {jobs} as j on j.id = w.id
  where ${amongGiven(['j.shard', 'j.id'], '$2')}`,
);
