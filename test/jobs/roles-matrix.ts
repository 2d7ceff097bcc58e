/** What each role may do: the other half of libs/jobs/sql/roles.sql, and parameters with which each statement runs. */

export const ROLES = ['owner', 'producer', 'worker', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const ID = '019a0000-0000-7000-8000-000000000000';
const WORKER = '019a0000-0000-7000-8000-00000000beef';
const AT = new Date('2026-05-01T10:00:00Z');
const NO_MARK = ['-infinity'];
const INSERT_JOBS = [0, [ID], ['it'], ['{}'], ['default'], [5], [5], [1_000], ['{}'], [null], [0], ['key'], ['{a}']];

const SELECTION: readonly unknown[] = [0, ID, ID, 100, null, null, null, null, null, null, null, null, 10];

export const PARAMETERS: Record<string, readonly unknown[]> = {
  advance_schedule: ['weekly', AT, AT],
  cancel_requested: [0, ID, 10],
  cancel_waiting: [0, ID],
  claim_jobs: [0, 1, WORKER, ['default'], [5]],
  claim_jobs_ahead: [0, 1, WORKER, ['default'], [5], NO_MARK, [ID], [1], true],
  claim_given: [0, [ID], WORKER, [1]],
  read_endings: [0, [ID]],
  declare_dead: [WORKER, AT],
  due_index: [],
  find_behind: [0, ['default'], [5], NO_MARK, [ID], NO_MARK, 'infinity', 1],
  find_by_keys: [0, ['default'], ['key']],
  forget_failures: [0, [ID]],
  get_job: [0, ID],
  select_newest: SELECTION,
  select_newest_by_payload: SELECTION,
  select_running: SELECTION,
  select_running_by_payload: SELECTION,
  select_finished: [...SELECTION, null, null],
  select_finished_by_payload: [...SELECTION, null, null],
  count_newest: SELECTION,
  count_newest_by_payload: SELECTION,
  count_running: SELECTION,
  count_running_by_payload: SELECTION,
  count_finished: [...SELECTION, null, null],
  count_finished_by_payload: [...SELECTION, null, null],
  last_newest: SELECTION.slice(0, 4),
  last_finished: [...SELECTION.slice(0, 4), null, null],
  hold_schedules: [['weekly'], ['0 9 * * MON'], ['UTC']],
  insert_jobs: INSERT_JOBS,
  insert_jobs_unless_locked: [...INSERT_JOBS, '10ms'],
  insert_plain: [0, 'it', 'default', 5, 5, 1_000, `{${ID}}`, '[{}]'],
  insert_plain_and_notify: [0, 'it', 'default', 5, 5, 1_000, `{${ID}}`, '[{}]', '{}'],
  insert_started: [0, 'it', 'default', 5, 5, 1_000, `{${ID}}`, '[{}]', WORKER],
  limit_lock_wait: ['50ms'],
  lock_due_schedule: ['weekly', '0 9 * * MON', 'UTC', '302000'],
  lost_workers: [0, WORKER],
  next_due: [0, 'monstera_jobs_test', 'token', ['default'], [5], NO_MARK],
  note_error: [0, ID, 1, 'Error: x'],
  notify_channel: ['jobs_test', '{}'],
  notify_workers: ['{}'],
  ping: [],
  postpone_schedule: ['weekly', '0 9 * * MON', 'UTC', 1_000, 'Error: x'],
  postpone_types: [0, 1, ['default'], ['it'], 1_000],
  prune_completed: [0, 1_000, ID, false, 10],
  prune_failed: [0, 1_000, 10],
  prune_ticks: [1_000],
  prune_workers: [1, 1_000, 10],
  read_clock: [],
  read_lost_claims: [0, WORKER],
  read_origin: [],
  read_own_types: [1, WORKER],
  read_runs: [0, [ID]],
  read_schedules: [['weekly']],
  read_signals: [0, [ID]],
  read_worker_queues: [[WORKER]],
  record_audit: ['ada', 'job.cancel', ID, '{}'],
  record_tick: ['weekly', AT],
  register_schedule: ['weekly', '0 9 * * MON', 'UTC', 'latest', AT, false],
  register_worker: [WORKER, 'node-7', 1, '1', ['default'], 10],
  renew_lease: [WORKER, 10],
  rescue_jobs: [0, 10, WORKER, [WORKER]],
  retire_worker: [WORKER],
  retry_finished: [0, ID],
  settle_completed: [0, WORKER, [ID], 1],
  settle_jobs: [0, WORKER, [ID], [1], ['failed'], [0], [false], ['Error: x'], [true], ['{}']],
  settle_or_cancel: [0, WORKER, [ID], [1], ['pending'], [0], [false], ['Error: x'], [true], ['{}']],
  signal_cancel: [0, ID],
  stats_failed: [0, 24, 10],
  stats_long_running: [0, 10, 10, 10],
  stats_heads: [0, ['default'], [5], NO_MARK, [ID]],
  stats_new_queues: [0, ['default']],
  stats_pending: [0, ['default'], [5], NO_MARK, [ID], 10],
  stats_queues: [],
  stats_running: [0, 10, 10],
  stats_survey: [0],
  stats_timeout: ['2000'],
  store_progress: [0, WORKER, ID, 1, 50],
  survey_lanes: [0, null, null],
  survey_lately: [0, null, null, ['default'], 1],
  sync_types: [['it'], ['default'], [5], [5], [1_000], ['{}']],
};

const everybody = [...ROLES];
const adding: Role[] = ['owner', 'producer', 'worker'];
const looking: Role[] = ['owner', 'worker', 'viewer'];
const working: Role[] = ['owner', 'worker'];

const others: Record<string, Role[]> = {
  ping: everybody,
  read_clock: everybody,
  notify_channel: everybody,
  notify_workers: everybody,
  stats_new_queues: everybody,
  stats_timeout: everybody,
  limit_lock_wait: everybody,
  insert_jobs: adding,
  insert_jobs_unless_locked: adding,
  insert_plain: adding,
  insert_plain_and_notify: adding,
  // Which keys and queues are in use, and no more of a job than its id.
  find_by_keys: everybody,
  due_index: everybody,
  find_behind: looking,
  select_newest: looking,
  select_newest_by_payload: working,
  select_running: looking,
  select_running_by_payload: working,
  select_finished: looking,
  select_finished_by_payload: working,
  count_newest: looking,
  count_newest_by_payload: working,
  count_running: looking,
  count_running_by_payload: working,
  count_finished: looking,
  count_finished_by_payload: working,
  last_newest: everybody,
  last_finished: looking,
  lost_workers: looking,
  next_due: looking,
  survey_lanes: looking,
  survey_lately: looking,
  read_lost_claims: looking,
  read_origin: looking,
  read_own_types: looking,
  read_worker_queues: looking,
  read_runs: looking,
  read_schedules: looking,
  read_signals: looking,
  stats_failed: looking,
  stats_long_running: looking,
  stats_heads: looking,
  stats_pending: looking,
  stats_queues: looking,
  stats_running: looking,
  stats_survey: looking,
};

/** Everything that changes a job or reads a payload is for workers, and so is what is not named above. */
export const ALLOWED: Record<string, Role[]> = Object.fromEntries(
  Object.keys(PARAMETERS).map((name) => [name, others[name] ?? working]),
);

/** What people and other services write by hand. */
export const RAW: { what: string; text: string; allowed: Role[] }[] = [
  { what: 'insert a job by hand', text: `insert into jobs (type, payload) values ('it', '{}')`, allowed: adding },
  { what: 'call jobs_enqueue()', text: `select jobs_enqueue('it', '{}')`, allowed: adding },
  { what: 'make an id', text: 'select jobs_new_id()', allowed: adding },
  { what: 'insert a job that claims to be done', text: inserted('completed_at', 'now()'), allowed: ['owner'] },
  { what: 'insert a job in the name of a worker', text: inserted('worker_id', `'${WORKER}'`), allowed: working },
  { what: 'read payloads', text: 'select payload from jobs', allowed: working },
  { what: 'read results', text: 'select result from jobs', allowed: working },
  { what: 'read whole rows', text: 'select * from jobs', allowed: working },
  { what: 'read why jobs failed', text: 'select error from jobs', allowed: looking },
  { what: 'change a payload', text: `update jobs set payload = '{}'`, allowed: ['owner'] },
  { what: 'change a type', text: `update jobs set type = 'other'`, allowed: ['owner'] },
  { what: 'delete jobs', text: 'delete from jobs', allowed: working },
  { what: 'empty the table', text: 'truncate jobs', allowed: ['owner'] },
  {
    what: 'pause a queue',
    text: `insert into job_queues (name, paused_at) values ('mail', now())`,
    allowed: ['owner'],
  },
  { what: 'read the audit', text: 'select * from job_audit', allowed: ['owner'] },
  { what: 'forge the audit', text: `update job_audit set actor = 'somebody else'`, allowed: ['owner'] },
  { what: 'wipe the audit', text: 'delete from job_audit', allowed: ['owner'] },
  { what: 'change the schema', text: 'alter table jobs add column extra int', allowed: ['owner'] },
  {
    what: 'see which migrations have run',
    text: 'select name from migrations',
    allowed: everybody,
  },
];

function inserted(column: string, value: string): string {
  const status = column === 'worker_id' ? 'processing' : 'completed';
  const started = status === 'processing' ? ', started_at' : '';
  return `insert into jobs (type, status, ${column}${started}) values ('it', '${status}', ${value}${started && ', now()'})`;
}
