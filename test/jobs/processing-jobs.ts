import type { DataSource } from 'typeorm';
import type { ClaimedRow } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';

/** Jobs that the worker holds, as far as the database knows. */
export async function processingJobs(dataSource: DataSource, workerId: string, count: number): Promise<RunningJob[]> {
  const rows = await dataSource.query<ClaimedRow[]>(
    `insert into jobs (type, status, worker_id, started_at, attempts, run)
     select 'it', 'processing', $1, now(), 1, 1 from generate_series(1, $2::int) returning *`,
    [workerId, count],
  );
  return rows.map((row) => new RunningJob(0, row, systemClock));
}
