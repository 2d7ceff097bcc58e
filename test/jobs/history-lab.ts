import type { DataSource } from 'typeorm';
import { bucketOf } from '../../libs/jobs/src/history/histogram.js';
import { LADDER } from '../../libs/jobs/src/history/ladder.js';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { HistoryStore, type HistoryCounts } from '../../libs/jobs/src/store/history.store.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { useDatabase } from '../support/use-database.js';

export const counts = (given: Partial<HistoryCounts> = {}): HistoryCounts => ({
  type: 'mail',
  queue: 'default',
  completed: 1,
  retried: 0,
  failed: 0,
  cancelled: 0,
  wait_ms: 0,
  run_ms: 0,
  waits: [],
  runs: [],
  ...given,
});

/** A histogram with so many times in one bucket. */
export const times = (ms: number, count = 1) =>
  Array.from({ length: bucketOf(ms) + 1 }, (_, i) => (i === bucketOf(ms) ? count : 0));

/** A database whose history is empty before each test. */
export function historyLab() {
  const database = useDatabase();
  let dataSource: DataSource;
  let store: HistoryStore;

  beforeAll(async () => {
    dataSource = await database.openDataSource({ asApplication: true });
    store = new HistoryStore(inTestSchema(new ManagerExecutor(dataSource)));
  });

  beforeEach(() => dataSource.query('truncate job_stats, jobs'));

  const query = <Row>(text: string, params: unknown[] = []): Promise<Row[]> => dataSource.query(text, params);
  const rows = (where = 'true') =>
    query<Record<string, unknown>>(
      `select type, queue, span_s, completed::int, retried::int, failed::int, cancelled::int, waits, runs
       from job_stats where ${where} order by starts_at, type, queue`,
    );
  const sums = async (where = 'true') =>
    (
      await query<Record<string, number>>(
        `select count(*)::int as rows, sum(completed)::int as completed, sum(failed)::int as failed,
           sum(wait_ms)::int as waited, (select sum(n)::int from job_stats, unnest(waits) as n where ${where}) as waits,
           (select sum(n)::int from job_stats, unnest(runs) as n where ${where}) as runs
         from job_stats where ${where}`,
      )
    )[0];
  return { url: () => database.url, store: () => store, query, rows, sums };
}

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
