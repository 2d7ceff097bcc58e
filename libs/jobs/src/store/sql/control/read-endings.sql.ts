import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export type FinishedStatus = 'completed' | 'failed' | 'cancelled';

export interface EndingRow {
  id: string;
  type: string;
  status: FinishedStatus;
  result: unknown;
  error: string | null;
  attempts: number;
  completed_ms: number;
}

/** Of these jobs, those that exist, with their ending if they have one. */
export const readEndings = statement<[shard: number, ids: readonly string[]], EndingRow | { id: string; status: null }>(
  'read_endings',
  `
  select
    id, type, case when completed_at is not null then status end as status,
    case when completed_at is not null then result end as result, error, attempts,
    ${epochMs('completed_at')} as completed_ms
  from {jobs}
  where shard = $1 and id = any($2::uuid[])`,
);
