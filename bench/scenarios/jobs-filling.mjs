/** Writes jobs with SQL into the project's table. Fast for millions of rows, and in any status. */
export async function insertJobs(client, { count, status = 'pending', scheduledAt = 'now()' }) {
  const finished = status === 'completed' || status === 'failed';
  await client.query(
    `insert into jobs (id, type, payload, status, attempts, run, scheduled_at, started_at, completed_at)
     select uuidv7(), 'bench', jsonb_build_object('i', i), $2, $3, $3, ${scheduledAt},
       case when $4 then now() - i * interval '100 milliseconds' end,
       case when $4 then now() - i * interval '100 milliseconds' end
     from generate_series(1, $1) as i`,
    [count, status, finished ? 1 : 0, finished],
  );
}

/**
 * Fills a template with autovacuum off, because autovacuum could analyse it during the run. So the copies start without
 * statistics. Autovacuum is switched on in the copies.
 */
export async function fillWithoutStatistics(client, fill) {
  await client.query('alter table jobs set (autovacuum_enabled = false)');
  await fill(client);
}

export const allowAutovacuum = (client) => client.query('alter table jobs reset (autovacuum_enabled)');
