import { MAX_CLAIMED_TEXT, PayloadText, rowPayload } from '../../../job/validate/payload-text.js';
import type { RetryPolicy } from '../../../job/retry-policy.js';
import { textStatement, type Decode, type ScalarParameter } from '../../statement.js';
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
  /** How many runs of the job ended because their process did; null if none. */
  crashes: number | null;
  run: number;
  timeout_ms: number | null;
  retry: Partial<RetryPolicy> | null;
  /** Text, because a Date would lose the microseconds that a mark needs. In UTC and one format, so that it sorts. */
  scheduled_at: string;
  /** Null if it equals `scheduled_at`, as for most jobs: a value that need not be sent and parsed. */
  created_at: string | null;
  /** Null if there are none. */
  tags: string[] | null;
  wait_ms: number;
}

export type ClaimJobsParams = [shard: number, limit: number, workerId: string, ...lanes: LaneTexts];

export type ClaimAheadParams = [
  ...ClaimJobsParams,
  ...marks: MarkTexts,
  /** How many jobs each lane may give, as the text of an array. */
  laneLimits: string,
  /** Whether to skip rows that an unfinished transaction may have changed or locked. */
  untouchedOnly: boolean,
];

/** Each is the text of an array with one entry per lane. */
export type LaneTexts = [queues: string, priorities: string];
/** The mark of each lane: the job after which its search starts. Each is the text of an array. */
export type MarkTexts = [afterTimes: string, afterIds: string];

/** For sessions behind a pooler, which may have any DateStyle and time zone. A cast to text would follow them. */
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

/** SQL of the lanes of a claim that starts after marks. */
export const AHEAD_LANES = `unnest($4::text[], $5::smallint[], $6::timestamptz[], $7::uuid[], $8::int[])
      as lane (queue, priority, after_time, after_id, most)`;

/** SQL for whether a job comes after the mark of its lane, and may be claimed. */
export const AHEAD = `
        and (scheduled_at, id) > (lane.after_time, lane.after_id)
        and (not $9::boolean or age(xmax) > (select age(pg_snapshot_xmin(pg_current_snapshot())::xid)))`;

const FOUND_AHEAD = foundIn(AHEAD_LANES, 'lane.most', AHEAD);

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

/** Materialized, so that its search runs once although its rows are read three times. */
function throughCte(found: string, textOf: (time: string) => string): string {
  return `
  with due as materialized (${found}
  )${claimAmong(amongIds(KEY, 'select id from due'), textOf)}`;
}

/** A claim of the jobs that `found` returns. `$1` of that query is the shard, `$3` the worker. */
export function claimStatement<Params extends readonly ScalarParameter[]>(name: string, found: string) {
  return textStatement<Params, ClaimedRow>(
    name,
    throughCte(found, castText),
    (texts) => new DecodedRow(texts as ClaimedTexts),
    {
      text17: claimAmong(amongArrayOnly(KEY, `array(${found})`), castText),
      pooledText: throughCte(found, isoText),
      newDecode: claimDecoder,
    },
  );
}

/**
 * Claims due jobs. Lanes are searched in the given order until the limit is reached. The update names the ids by an
 * array and not by a join, so that every plan uses the primary key (docs/decisions/0021-ids-as-an-array.md).
 */
export const claimJobs = claimStatement<ClaimJobsParams>('claim_jobs', FOUND);

/**
 * As `claimJobs`, but the search of each lane starts after its mark and ends at its limit. With `untouchedOnly` it
 * skips rows that other workers have just claimed: it is costly to find those locked
 * (docs/decisions/0022-claim-marks.md).
 */
export const claimJobsAhead = claimStatement<ClaimAheadParams>('claim_jobs_ahead', FOUND_AHEAD);

/** The columns, in the order in which the statement returns them. */
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

/**
 * Decodes the rows of one claim, and drops the payloads that exceed `MAX_CLAIMED_TEXT`. It does not matter which are
 * dropped, because the rows come in no particular order.
 */
function claimDecoder(): Decode<ClaimedRow> {
  let kept = 0;
  let type = '';
  let queue = '';
  return (texts) => {
    const row = new DecodedRow(texts as ClaimedTexts);
    // Equal texts become one, so that whoever looks them up finds their hash already made.
    if (row.type === type) row.type = type;
    else type = row.type;
    if (row.queue === queue) row.queue = queue;
    else queue = row.queue;
    if (!(row.payload instanceof PayloadText)) return row;
    if (kept > 0 && kept + row.payload.length > MAX_CLAIMED_TEXT) row.payload.leaveOut();
    else kept += row.payload.length;
    return row;
  };
}

/**
 * A class, not an object literal. V8 may allocate a literal's objects in the old generation, where a row keeps its texts
 * until a full collection (docs/measurements/cpu.md).
 * Reads by index: destructuring the array would cost as much as names for the columns.
 */
class DecodedRow implements ClaimedRow {
  declare id: string;
  declare type: string;
  declare payload: unknown;
  declare queue: string;
  declare priority: number;
  declare attempts: number;
  declare max_attempts: number;
  declare crashes: number | null;
  declare run: number;
  declare timeout_ms: number | null;
  declare retry: Partial<RetryPolicy> | null;
  declare scheduled_at: string;
  declare created_at: string | null;
  declare tags: string[] | null;
  declare wait_ms: number;

  constructor(texts: ClaimedTexts) {
    this.id = texts[0];
    this.type = texts[1];
    // SQL NULL, which other services may insert, reads as an empty payload; a JSON null stays one.
    this.payload = rowPayload(texts[2] ?? '{}');
    this.queue = texts[3];
    this.priority = Number(texts[4]);
    this.attempts = Number(texts[5]);
    this.max_attempts = Number(texts[6]);
    this.run = Number(texts[7]);
    this.timeout_ms = number(texts[8]);
    this.retry = parsed(texts[9]) as Partial<RetryPolicy> | null;
    this.crashes = number(texts[10]);
    this.scheduled_at = texts[11];
    this.created_at = texts[12];
    this.tags = parsed(texts[13]) as string[] | null;
    this.wait_ms = Number(texts[14]);
  }
}

function number(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
