-- All runs that the table has for a worker.
-- Parameters: $1 shard, $2 workerId.
-- jobs_read_lost_claims: readLostClaims in libs/jobs/src/store/sql/claim/read-lost-claims.sql.ts
select id, run from jobs where shard = $1 and status = 'processing' and worker_id = $2
