-- Limits how long each later statement of the transaction may wait for a lock, such as `50ms`, before it fails.
-- Parameters: $1 lockTimeout.
-- jobs_limit_lock_wait: limitLockWait in libs/jobs/src/store/sql/lock-wait.sql.ts
select set_config('lock_timeout', $1, true)
