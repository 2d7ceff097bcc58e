import type { DataSource } from 'typeorm';
import { LADDER } from '../../libs/jobs/src/history/ladder.js';

const FILL = `
  insert into job_stats
    (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  select t.type, t.queue, $2::int,
    date_bin($2 * interval '1 second', now() - s * interval '1 second', timestamptz 'epoch'),
    $2, 1, 0, 0, 10, 20,
    array_fill(0, array[16]) || array_fill(3, array[12]), array_fill(0, array[24]) || array_fill(2, array[12])
  from (
      select 'type_' || i as type, 'queue_' || i % 5 as queue from generate_series(1, $1::int) as i
      union all select '', 'queue_' || i from generate_series(0, 4) as i
      union all select '', ''
    ) as t,
    generate_series($3::int, $4::int - 1, $2::int) as s
  on conflict do nothing`;

/** What 30 days leave behind if each of the types runs all the time, with the sums of five queues. */
export async function fillHistory(dataSource: DataSource, types: number): Promise<void> {
  await dataSource.query('truncate job_stats');
  let fromS = 0;
  for (const { seconds, keptMs } of LADDER) {
    const toS = Math.min(keptMs / 1_000, 30 * 86_400);
    await dataSource.query(FILL, [types, seconds, fromS, toS]);
    fromS = toS;
  }
  await dataSource.query('vacuum analyze job_stats');
}
