-- From here to the end of the transaction, a statement that has waited so long for a lock fails.
-- Parameters: $1 lockTimeout.
-- jobs_limit_lock_wait: limitLockWait in libs/jobs/src/store/sql/lock-wait.sql.ts
select set_config('lock_timeout', $1, true)
