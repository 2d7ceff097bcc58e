import { MAX_CLAIMED_TEXT, PayloadText, rowPayload } from '../../../job/validate/payload-text.js';
import type { RetryPolicy } from '../../../job/retry-policy.js';
import { hotStatement, type Decode, type ScalarParameter } from '../../statement.js';
import { amongArrayOnly, amongIds, type KeyColumns } from './among-ids.js';

export interface ClaimedRow {
  id: string;
  type: string;
  /** A `PayloadText` if it is large. */
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

export type ClaimJobsParams = [shard: number, limit: number, workerId: string, ...lanes: LaneTexts];

export type ClaimAheadParams = [
  ...ClaimJobsParams,
  ...marks: MarkTexts,
  /** How many jobs each lane may give: the text of an array. */
  laneLimits: string,
  /** Whether to pass over rows that a transaction still under way may have changed or locked. */
  untouchedOnly: boolean,
];

/** Each the text of an array. */
export type LaneTexts = [queues: string, priorities: string];
/** Of each lane, what lies before the next job: each the text of an array. */
export type MarkTexts = [afterTimes: string, afterIds: string];

/** Behind a pooler the session may have any style and zone, and a cast to text would take them; it is half a millisecond faster. */
const isoText = (time: string): string => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')`;
const castText = (time: string): string => `${time}::text`;

const foundIn = (lanes: string, laneLimit: string, condition = ''): string => `
    select found.id
    from ${lanes}
    cross join lateral (
      select id
      from {jobs}
      where shard = $1
        and queue = lane.queue
        and status = 'pending'
        and priority = lane.priority
        and scheduled_at <= now()${condition}
      order by scheduled_at, id
      limit ${laneLimit}
      for update skip locked
    ) as found
    limit $2`;

const FOUND = foundIn('unnest($4::text[], $5::smallint[]) as lane (queue, priority)', '$2');

const FOUND_AHEAD = foundIn(
  `unnest($4::text[], $5::smallint[], $6::timestamptz[], $7::uuid[], $8::int[])
      as lane (queue, priority, after_time, after_id, most)`,
  'lane.most',
  `
        and (scheduled_at, id) > (lane.after_time, lane.after_id)
        and (not $9::boolean or age(xmax) > (select age(pg_snapshot_xmin(pg_current_snapshot())::xid)))`,
);

function claimAmong(ids: string, textOf: (time: string) => string): string {
  return `
  update {jobs} as j
  set status = 'processing',
      started_at = now(),
      updated_at = now(),
      attempts = j.attempts + 1,
      run = j.run + 1,
      worker_id = $3
  where ${ids}
  returning
    j.id, j.type, j.payload, j.queue, j.priority, j.attempts, j.max_attempts, j.run, j.timeout_ms, j.retry,
    nullif(j.crashes, 0) as crashes,
    ${textOf('j.scheduled_at')} as scheduled_at,
    ${textOf('nullif(j.created_at, j.scheduled_at)')} as created_at,
    array_to_json(nullif(j.tags, '{}')) as tags,
    date_part('epoch', now() - j.scheduled_at) * 1000 as wait_ms`;
}

const KEY: KeyColumns = ['j.shard', 'j.id'];

/** The CTE is materialized, so that it finds its rows once, although they are read three times. */
function throughCte(found: string, textOf: (time: string) => string): string {
  return `
  with due as materialized (${found}
  )${claimAmong(amongIds(KEY, 'select id from due'), textOf)}`;
}

/** A claim of the jobs that the query `found` finds: its parameters begin with the shard, and the third is the worker. */
export function claimStatement<Params extends readonly ScalarParameter[]>(name: string, found: string) {
  return hotStatement<Params, ClaimedRow>(
    name,
    throughCte(found, castText),
    (texts) => toClaimedRow(texts as ClaimedTexts),
    {
      text17: claimAmong(amongArrayOnly(KEY, `array(${found})`), castText),
      pooledText: throughCte(found, isoText),
      newDecode: claimDecoder,
    },
  );
}

/**
 * Takes due jobs for a worker. A lane is one priority of one queue, and lanes are searched in the order given, until the
 * limit is reached. The ids reach the update as an array and not by a join, so that every plan goes over the primary key.
 */
export const claimJobs = claimStatement<ClaimJobsParams>('claim_jobs', FOUND);

/**
 * As `claimJobs`, each lane from its mark on and no more than its limit. Many workers claim from one backlog at once. What
 * another one has just claimed costs several times as much to find locked as to pass over, by the age of the transaction
 * that touched it last (docs/decisions/0003-claim.md).
 */
export const claimJobsAhead = claimStatement<ClaimAheadParams>('claim_jobs_ahead', FOUND_AHEAD);

/** In the order in which the statement returns its columns. */
type ClaimedTexts = readonly [
  id: string,
  type: string,
  payload: string | null,
  queue: string,
  priority: string,
  attempts: string,
  maxAttempts: string,
  run: string,
  timeoutMs: string | null,
  retry: string | null,
  crashes: string | null,
  scheduledAt: string,
  createdAt: string | null,
  tags: string | null,
  waitMs: string,
];

/** The rows of one claim. Their order is anyone's, so it does not matter which payloads are kept. */
function claimDecoder(): Decode<ClaimedRow> {
  let kept = 0;
  return (texts) => {
    const row = toClaimedRow(texts as ClaimedTexts);
    if (!(row.payload instanceof PayloadText)) return row;
    if (kept > 0 && kept + row.payload.length > MAX_CLAIMED_TEXT) row.payload.leaveOut();
    else kept += row.payload.length;
    return row;
  };
}

/** By index, because taking the array apart costs as much as names. */
function toClaimedRow(texts: ClaimedTexts): ClaimedRow {
  return {
    id: texts[0],
    type: texts[1],
    // SQL NULL, which other services may insert, reads as an empty payload; a JSON null stays one.
    payload: rowPayload(texts[2] ?? '{}'),
    queue: texts[3],
    priority: Number(texts[4]),
    attempts: Number(texts[5]),
    max_attempts: Number(texts[6]),
    run: Number(texts[7]),
    timeout_ms: number(texts[8]),
    retry: parsed(texts[9]) as Partial<RetryPolicy> | null,
    crashes: number(texts[10]),
    scheduled_at: texts[11],
    created_at: texts[12],
    tags: parsed(texts[13]) as string[] | null,
    wait_ms: Number(texts[14]),
  };
}

function number(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
