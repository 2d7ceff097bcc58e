-- Limits each later statement of the transaction to `timeoutMs` milliseconds.
-- Parameters: $1 timeoutMs.
-- jobs_stats_timeout: limitStatementTime in libs/jobs/src/store/sql/stats/stats-timeout.sql.ts
select set_config('statement_timeout', $1, true)
