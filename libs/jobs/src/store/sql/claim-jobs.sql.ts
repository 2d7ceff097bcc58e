import type { RetryPolicy } from '../../job/retry-policy.js';
import { statement, type ArrayParameter } from '../statement.js';
import { amongIds } from './among-ids.js';

export interface ClaimedRow {
  id: string;
  type: string;
  payload: unknown;
  queue: string;
  priority: number;
  attempts: number;
  max_attempts: number;
  /** How often the process ended in which it ran; null if never. */
  crashes: number | null;
  run: number;
  timeout_ms: number | null;
  retry: Partial<RetryPolicy> | null;
  /** Text, because a Date would lose the microseconds that a mark needs; of one zone and style, so that it sorts. */
  scheduled_at: string;
  /** Null if it is `scheduled_at`, as it is for most jobs: what need not be sent and parsed makes a claim faster. */
  created_at: string | null;
  /** Null if there are none. */
  tags: string[] | null;
  wait_ms: number;
}

export type ClaimJobsParams = [
  shard: number,
  limit: number,
  workerId: string,
  queues: ArrayParameter<string>,
  priorities: ArrayParameter<number>,
  afterTimes: ArrayParameter<string>,
  afterIds: ArrayParameter<string>,
];

/** Behind a pooler the session may have any style and zone, and a cast to text would take them; it is half a millisecond faster. */
const isoText = (time: string): string => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')`;
const castText = (time: string): string => `${time}::text`;

const DUE = `
  with due as materialized (
    select found.id
    from unnest($4::text[], $5::smallint[], $6::timestamptz[], $7::uuid[])
      as lane (queue, priority, after_time, after_id)
    cross join lateral (
      select id
      from jobs
      where shard = $1
        and queue = lane.queue
        and status = 'pending'
        and priority = lane.priority
        and (scheduled_at, id) > (lane.after_time, lane.after_id)
        and scheduled_at <= now()
      order by scheduled_at, id
      limit $2
      for update skip locked
    ) as found
    limit $2
  )`;

function textWith(textOf: (time: string) => string): string {
  return `${DUE}
  update jobs as j
  set status = 'processing',
      started_at = now(),
      updated_at = now(),
      attempts = j.attempts + 1,
      run = j.run + 1,
      worker_id = $3
  where ${amongIds(['j.shard', 'j.id'], 'select id from due')}
  returning
    j.id, j.type, j.payload, j.queue, j.priority, j.attempts, j.max_attempts, j.run, j.timeout_ms, j.retry,
    nullif(j.crashes, 0) as crashes,
    ${textOf('j.scheduled_at')} as scheduled_at, ${textOf('nullif(j.created_at, j.scheduled_at)')} as created_at,
    nullif(j.tags, '{}') as tags,
    date_part('epoch', now() - j.scheduled_at) * 1000 as wait_ms`;
}

/**
 * Takes due jobs for a worker. A lane is one priority of one queue, searched from its mark on, and lanes are searched
 * in the order given, until the limit is reached. The CTE is materialized, so that it finds its rows once, and its ids
 * reach the update as an array and not by a join, so that every plan goes over the primary key
 * (docs/decisions/0003-claim.md).
 */
export const claimJobs = statement<ClaimJobsParams, ClaimedRow>('claim_jobs', textWith(castText), {
  pooledText: textWith(isoText),
  decode: (values) => toClaimedRow(values as ClaimedValues),
});

type ClaimedValues = readonly [
  id: string,
  type: string,
  payload: unknown,
  queue: string,
  priority: number,
  attempts: number,
  max_attempts: number,
  run: number,
  timeout_ms: number | null,
  retry: Partial<RetryPolicy> | null,
  crashes: number | null,
  scheduled_at: string,
  created_at: string | null,
  tags: string[] | null,
  wait_ms: number,
];

/** In the order in which the statement returns its columns; by index, because taking the array apart costs as much as names. */
function toClaimedRow(values: ClaimedValues): ClaimedRow {
  return {
    id: values[0],
    type: values[1],
    payload: values[2],
    queue: values[3],
    priority: values[4],
    attempts: values[5],
    max_attempts: values[6],
    run: values[7],
    timeout_ms: values[8],
    retry: values[9],
    crashes: values[10],
    scheduled_at: values[11],
    created_at: values[12],
    tags: values[13],
    wait_ms: values[14],
  };
}
