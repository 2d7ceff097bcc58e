-- Deletes all but the last failed attempts of some jobs.
-- Parameters: $1 shard, $2 ids.
-- jobs_forget_failures: forgetFailures in libs/jobs/src/store/sql/settle/forget-failures.sql.ts
delete from job_failures as f
using unnest($2::uuid[]) as failed (id)
where f.shard = $1 and f.job_id = any ($2::uuid[])
    and f.job_id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and f.job_id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1) and f.job_id = failed.id
  and f.run <= (
    select kept.run
    from job_failures as kept
    where kept.shard = $1 and kept.job_id = failed.id
    order by kept.run desc
    offset 10
    limit 1
  )
