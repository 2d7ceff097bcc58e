-- Queues in which jobs are likely: those of the definitions and of the living workers.
-- jobs_stats_queues: knownQueues in libs/jobs/src/store/sql/stats/stats-queues.sql.ts
select queue from job_types
union
select queue from job_workers cross join unnest(queues) as own (queue) where dead_at is null
