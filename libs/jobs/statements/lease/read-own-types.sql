-- A worker's running jobs by type, at most ten types, to log what a blocked process was running.
-- Parameters: $1 shardCount, $2 workerId.
-- jobs_read_own_types: readOwnTypes in libs/jobs/src/store/sql/lease/read-own-types.sql.ts
select j.type, count(*)::int as jobs, extract(epoch from now() - min(j.started_at))::int as seconds
from generate_series(0, $1::int - 1) as s (shard)
join jobs as j on j.shard = s.shard and j.status = 'processing' and j.worker_id = $2
group by j.type
order by seconds desc, j.type
limit 10
