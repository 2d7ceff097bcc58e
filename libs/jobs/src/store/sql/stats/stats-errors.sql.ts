import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface FailedErrorRow {
  id: string;
  type: string;
  /** The beginning of its error; null if it was cancelled: that counts towards the limit too. */
  message: string | null;
  finished_ms: number;
}

/** Errors of jobs that failed in the last `hours`, among the `limit` jobs that failed or were cancelled last. */
export const failedErrors = statement<[shard: number, hours: number, limit: number], FailedErrorRow>(
  'stats_errors',
  `
  select
    id, type,
    case when status = 'failed' then left(split_part(left(coalesce(error, ''), 2000), e'\\n', 1), 300) end as message,
    ${epochMs('completed_at')} as finished_ms
  from {jobs}
  where shard = $1
    and status in ('failed', 'cancelled')
    and completed_at >= now() - $2::float8 * interval '1 hour'
  order by completed_at desc
  limit $3`,
);
