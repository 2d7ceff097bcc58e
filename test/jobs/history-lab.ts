import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { bucketOf } from '../../libs/jobs/src/history/histogram.js';
import { LADDER } from '../../libs/jobs/src/history/ladder.js';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { HistoryStore, type HistoryCounts } from '../../libs/jobs/src/store/history.store.js';
import type { Executor } from '../../libs/jobs/src/store/statement.js';
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
  let executor: Executor;
  let store: HistoryStore;

  beforeAll(async () => {
    dataSource = await database.openDataSource({ asApplication: true });
    executor = inTestSchema(new ManagerExecutor(dataSource));
    store = new HistoryStore(executor);
  });

  beforeEach(() => dataSource.query('truncate job_stats, jobs'));

  const query = <Row>(text: string, params: unknown[] = []): Promise<Row[]> => dataSource.query(text, params);
  const rows = (where = 'true') =>
    query<Record<string, unknown>>(
      `select type, queue, span_s, completed::int, retried::int, failed::int, cancelled::int, waits, runs
       from job_stats where span_s <> 0 and ${where} order by starts_at, type, queue`,
    );
  /** Without details, which are summed up in longer rows. */
  const sums = async (where = 'span_s > 0') =>
    (
      await query<Record<string, number>>(
        `select count(*)::int as rows, sum(completed)::int as completed, sum(failed)::int as failed,
           sum(wait_ms)::int as waited, (select sum(n)::int from job_stats, unnest(waits) as n where ${where}) as waits,
           (select sum(n)::int from job_stats, unnest(runs) as n where ${where}) as runs
         from job_stats where ${where}`,
      )
    )[0];
  const add = (added: HistoryCounts[], ageMs: number) =>
    store.add(added, ageMs, { writer: randomUUID(), day: new Date(), number: 1 });
  return { url: () => database.url, store: () => store, executor: () => executor, add, query, rows, sums };
}

const FILL = `
  insert into job_stats
    (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  select t.type, t.queue, $2::int, s, abs($2::int), 1, 0, 0, 10, 20,
    array_fill(0, array[16]) || array_fill(3, array[12]), array_fill(0, array[24]) || array_fill(2, array[12])
  from (
      select 'type_' || i as type, 'queue_' || i % 5 as queue from generate_series(1, $1::int) as i
      union all select '', 'queue_' || i from generate_series(0, 4) as i
      union all select '', ''
    ) as t,
    generate_series($3::timestamptz, $4::timestamptz, abs($2::int) * interval '1 second') as s
  where s < $4`;

/** What 30 days leave behind if each of the types runs all the time, with the sums of five queues. */
export async function fillHistory(dataSource: DataSource, types: number): Promise<void> {
  await dataSource.query('truncate job_stats');
  const nowMs = Date.now();
  let untilMs = nowMs;
  for (const [i, { seconds, summedAfterMs, keptMs }] of LADDER.entries()) {
    const next = LADDER[i + 1];
    const startOf = (ms: number, length: number) => new Date(Math.floor(ms / length / 1_000) * length * 1_000);
    const summedUntil = startOf(nowMs - (next ? summedAfterMs : 30 * 86_400_000), next?.seconds ?? seconds);
    await dataSource.query(FILL, [types, seconds, summedUntil, new Date(untilMs)]);
    if (next) await dataSource.query(FILL, [types, -seconds, startOf(nowMs - keptMs, seconds), summedUntil]);
    untilMs = summedUntil.getTime();
  }
  await dataSource.query('vacuum analyze job_stats');
}
