/** Rows of one statement, so that none is too large. */
const CHUNK = 250_000;
const TYPES = 20;
const QUEUES = 8;
const WORKERS = 4;

const MINUTE_MS = 60_000;
/** Lengths of rows of `job_stats` in seconds, and for how long details of each are kept: the ladder of docs/statistics.md. */
const LADDER = [
  [60, 90 * MINUTE_MS],
  [600, 28 * 60 * MINUTE_MS],
  [3_600, 9 * 1_440 * MINUTE_MS],
  [86_400, 30 * 1_440 * MINUTE_MS],
];

/** Each with one of three services: 30 fingerprints. The customer differs from job to job. */
const ERRORS = [
  'HTTP 429 too many requests',
  'HTTP 502 bad gateway',
  'timeout of 30000 ms exceeded',
  'connect ECONNREFUSED 10.0.0.7:5432',
  'read ECONNRESET',
  'certificate has expired',
  'unexpected end of JSON input',
  'duplicate key value violates unique constraint',
  'no such mailbox',
  'card_declined',
];
const SERVICES = ['crm', 'bank', 'warehouse'];

const PAYLOAD = `jsonb_build_object('user_id', i % 100000, 'email', 'customer.' || i % 100000 || '@example.com',
  'order', jsonb_build_object('id', i, 'total', i % 9973 / 100.0, 'currency', 'EUR'), 'template', 'invoice', 'locale', 'en')`;
const WORKER = `('019a0000-0000-7000-8000-00000000000' || i % ${WORKERS})::uuid`;
const type = (number) => `'type_' || ${number} % ${TYPES}`;
const queue = (number) => `'queue_' || ${number} % ${TYPES} % ${QUEUES}`;
const COLUMNS = 'id, type, queue, payload, status, attempts, run, scheduled_at, created_at';

/**
 * What an application has after a month: `completed` jobs of a week, one failed for 50 of them, one pending for ten,
 * with workers, schedules, statistics and an audit. Ids and times are spread as if the jobs had come one by one.
 */
export async function fillForLooks(client, completed) {
  const counts = { completed, failed: Math.ceil(completed / 50), pending: Math.ceil(completed / 10) };
  await client.query('alter table jobs set (autovacuum_enabled = false)');
  await inChunks(counts.completed, (from, to) => client.query(INSERT_COMPLETED, [from, to, counts.completed]));
  await inChunks(counts.failed, async (from, to) => {
    await client.query(INSERT_FAILED, [from, to, counts.failed, ERRORS, SERVICES]);
  });
  await inChunks(counts.pending, (from, to) => client.query(INSERT_PENDING, [from, to, counts.pending]));
  for (const statement of [INSERT_RUNNING, INSERT_LOGS, INSERT_FAILURES, ...INSERT_FLEET])
    await client.query(statement);
  for (const { seconds, from, to } of statisticsOf(Date.now()))
    await client.query(INSERT_STATISTICS, [seconds, from, to]);
  await client.query('alter table jobs reset (autovacuum_enabled)');
  await client.query('vacuum analyze');
}

/** Rows of each length since the last whole span of the next one, and before that details of it. */
function statisticsOf(nowMs) {
  const startOf = (ms, seconds) => new Date(Math.floor(ms / seconds / 1_000) * seconds * 1_000);
  return LADDER.flatMap(([seconds, keptMs], i) => {
    const before = new Date(i === 0 ? nowMs : startOf(nowMs, seconds));
    const longer = LADDER[i + 1]?.[0];
    const oldest = startOf(nowMs - keptMs, seconds);
    if (longer === undefined) return [{ seconds, from: oldest, to: before }];
    const summedUntil = startOf(nowMs, longer);
    return [
      { seconds, from: summedUntil, to: before },
      { seconds: -seconds, from: oldest, to: summedUntil },
    ];
  });
}

async function inChunks(count, insert) {
  for (let from = 1; from <= count; from += CHUNK) await insert(from, Math.min(from + CHUNK - 1, count));
}

const rows = (age) => `(
  select i, ${age} as age from generate_series($1::int, $2::int) as i
) as given`;
/** The first job is the oldest. */
const since = (interval) => `(1 - i::float8 / $3::int) * interval '${interval}'`;

const INSERT_COMPLETED = `
  insert into jobs (${COLUMNS}, started_at, completed_at, tags)
  select uuidv7(-age), ${type('i')}, ${queue('i')}, ${PAYLOAD}, 'completed', 1, 1, now() - age, now() - age,
    now() - age + interval '20 milliseconds', now() - age + interval '60 milliseconds',
    case when i % 100 = 0 then array['vip'] else '{}' end
  from ${rows(since('7 days'))}`;

const INSERT_FAILED = `
  insert into jobs (${COLUMNS}, started_at, completed_at, error)
  select uuidv7(-age), ${type('i % 30')}, ${queue('i % 30')}, ${PAYLOAD}, 'failed', 5, 5, now() - age, now() - age, now() - age, now() - age,
    'Error: ' || ($4::text[])[1 + i % 10] || ' by ' || ($5::text[])[1 + i % 3] || ' for customer ' || i
      || repeat(E'\\n    at process (/app/dist/processors/invoice.processor.js:12:7)', 6)
  from ${rows(since('30 days'))}`;

/** Half of them are due, the others fall due within a week. */
const INSERT_PENDING = `
  insert into jobs (${COLUMNS}, priority)
  select uuidv7(-age), ${type('i')}, ${queue('i')}, ${PAYLOAD}, 'pending', 0, 0,
    case when i / 20 % 2 = 0 then now() - age else now() + age * 150 end, now() - age, case when i / 40 % 10 = 0 then 2 else 5 end
  from ${rows(since('1 hour'))}`;

const INSERT_RUNNING = `
  insert into jobs (type, queue, payload, status, attempts, run, started_at, worker_id)
  select ${type('i')}, ${queue('i')}, ${PAYLOAD}, 'processing', 1, 1, now(), ${WORKER}
  from generate_series(1, 40) as i`;

/** One of the failed jobs has told much. */
const INSERT_LOGS = `
  insert into job_logs (job_id, line, run, run_line, attempt, logged_at, message)
  select id, i, 5, i, 5, now(), 'row ' || i || ' of the file is imported'
  from (select id from jobs where status = 'failed' order by id desc limit 1) as told, generate_series(1, 1000) as i`;

const INSERT_FAILURES = `
  insert into job_failures (job_id, run, attempt, error, failed_at)
  select id, 5, 5, error, completed_at from jobs where status = 'failed'`;

const INSERT_FLEET = [
  `insert into job_workers (id, host, pid, version, queues, slots, started_at, last_seen_at)
   select ${WORKER}, 'worker-' || i, 17, '1.42.0', array(select 'queue_' || q from generate_series(0, ${QUEUES - 1}) as q), 10,
     now() - interval '1 day', now() + interval '1 day'
   from generate_series(1, ${WORKERS}) as i`,
  `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
   select ${type('i')}, ${queue('i')}, 5, 5, 60000, '{"type":"exponential"}' from generate_series(0, ${TYPES - 1}) as i`,
  `insert into job_queues (name, paused_at) values ('queue_7', now())`,
  `insert into job_schedules (name, cron, time_zone, catch_up, next_run_at, last_planned_at, job_type, payload)
   select 'schedule_' || i, '0 3 * * *', 'UTC', 'latest', now() + interval '3 hours', now() - interval '21 hours', ${type('i')}, '{}'
   from generate_series(1, 10) as i`,
  `insert into job_schedule_ticks (name, planned_at)
   select 'schedule_' || i, date_trunc('day', now()) - d * interval '1 day'
   from generate_series(1, 10) as i, generate_series(0, 99) as d`,
  `insert into job_audit (id, actor, action, details, created_at)
   select uuidv7(-age), 'operator.' || i % 5 || '@example.com', 'jobs.retry', '{"changed": 3}', now() - age
   from (select i, (10000 - i) * interval '4 minutes' as age from generate_series(1, 10000) as i) as given`,
];

/** As if every type ran all the time, with the sums of queues and of everything. */
const INSERT_STATISTICS = `
  insert into job_stats (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  select type, queue, $1::int, starts_at, abs($1::int), 1, 0, 0, 10, 20,
    array_fill(0, array[16]) || array_fill(3, array[12]), array_fill(0, array[24]) || array_fill(2, array[12])
  from (
      select ${type('i')} as type, ${queue('i')} as queue from generate_series(0, ${TYPES - 1}) as i
      union all select '', 'queue_' || i from generate_series(0, ${QUEUES - 1}) as i
      union all select '', ''
    ) as named,
    generate_series($2::timestamptz, $3::timestamptz, abs($1::int) * interval '1 second') as starts_at
  where starts_at < $3`;
