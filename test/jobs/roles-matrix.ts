/** What each role may do: the other half of libs/jobs/sql/roles.sql, and parameters with which each statement runs. */

import { PARAMETERS } from './roles-parameters.js';

export const ROLES = ['owner', 'producer', 'worker', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const everybody = [...ROLES];
const adding: Role[] = ['owner', 'producer', 'worker'];
const looking: Role[] = ['owner', 'worker', 'viewer'];
const working: Role[] = ['owner', 'worker'];

const others: Record<string, Role[]> = {
  ping: everybody,
  read_clock: everybody,
  read_columns: everybody,
  read_indexes: everybody,
  read_job_schemas: everybody,
  read_server: everybody,
  read_snapshots: everybody,
  read_storage: everybody,
  read_tables: everybody,
  read_types: everybody,
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
  has_pending: everybody,
  list_operations: looking,
  read_operation: looking,
  list_schedules: looking,
  list_workers: looking,
  list_queues: looking,
  queue_work: looking,
  read_queue_settings: looking,
  read_schedule_names: looking,
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
  select_given: looking,
  select_given_by_payload: working,
  count_given: looking,
  count_given_by_payload: working,
  last_newest: everybody,
  last_finished: looking,
  lost_workers: looking,
  next_due: looking,
  survey_lanes: looking,
  survey_lately: looking,
  read_history: looking,
  read_history_by_type: looking,
  read_lost_claims: looking,
  read_origin: looking,
  read_own_types: looking,
  read_wishes: looking,
  read_worker_queues: looking,
  read_workers: looking,
  read_runs: looking,
  read_schedules: looking,
  read_signals: looking,
  unfinished_jobs: looking,
  stats_errors: looking,
  stats_failed: looking,
  stats_long_running: looking,
  stats_heads: looking,
  stats_held: looking,
  stats_pending: looking,
  stats_queues: looking,
  stats_running: looking,
  stats_sizes: looking,
  stats_survey: looking,
  why_ahead: looking,
  why_facts: looking,
};

/** Everything that changes a job or reads a payload is for workers, and so is what is not named above. */
export const ALLOWED: Record<string, Role[]> = Object.fromEntries(
  Object.keys(PARAMETERS).map((name) => [name, others[name] ?? working]),
);
