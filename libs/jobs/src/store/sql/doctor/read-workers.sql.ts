import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface WorkerViewRow {
  id: string;
  host: string;
  pid: number;
  version: string;
  queues: string[];
  slots: number;
  /** Its running jobs, at most 1,001. */
  running: number;
  started_ms: number;
  last_seen_ms: number;
  /** How long ago it was last seen, by the server's clock. */
  silent_seconds: number;
  dead: boolean;
}

/** The living workers, those that have died within a day, and those that are dead but still hold jobs. */
export const readWorkers = statement<[shardCount: number], WorkerViewRow>(
  'read_workers',
  `
  select
    w.id, w.host, w.pid, w.version, w.queues, w.slots, held.jobs as running,
    ${epochMs('w.started_at')} as started_ms, ${epochMs('w.last_seen_at')} as last_seen_ms,
    extract(epoch from now() - w.last_seen_at)::float8 as silent_seconds,
    w.dead_at is not null as dead
  from {job_workers} as w
  cross join lateral (
    select count(*)::int as jobs
    from (
      select
      from generate_series(0, $1::int - 1) as s (shard)
      cross join lateral (
        select from {jobs} where shard = s.shard and status = 'processing' and worker_id = w.id limit 1001
      ) as own
      limit 1001
    ) as counted
  ) as held
  where w.dead_at is null or w.dead_at > now() - interval '1 day' or held.jobs > 0
  order by w.dead_at is not null, w.last_seen_at desc, w.id
  limit 1000`,
);
