import { JobStatistics } from '@monstera/jobs';
import { History } from '../../libs/jobs/src/history/history.js';
import type { JobEvent, JobEventName } from '../../libs/jobs/src/job/job-events.js';
import { JobEventBus } from '../../libs/jobs/src/state/job-event-bus.js';
import { HistoryStore } from '../../libs/jobs/src/store/history.store.js';
import { eventually } from '../support/index.js';
import { TestClock } from '../support/test-clock.js';
import { BreakingExecutor } from './breaking-executor.js';
import { historyLab } from './history-lab.js';
import { startHost } from './host.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const event = (name: JobEventName): JobEvent => ({
  name,
  id: '019a0000-0000-7000-8000-000000000001',
  type: 'mail',
  queue: 'default',
  payload: {},
  attempt: 1,
  maxAttempts: 5,
  waitMs: 7,
  durationMs: name === 'started' ? 0 : 40,
});

describe('writing history', () => {
  const { url, store, executor, query, rows, sums } = historyLab();

  it('adds up where a minute is written in parts', async () => {
    const clock = new TestClock();
    const bus = new JobEventBus();
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const history = new History({ store: store(), bus, clock, retentionMs: 1, onError });
    // Windows of twice this length have their middles in one minute of the server: the one before.
    const [age] = await query<{ ms: number }>('select 1000 * (30 + extract(second from now()))::float8 as ms');
    for (const runs of [3, 1, 2]) {
      for (let i = 0; i < runs; i++) for (const name of ['started', 'completed'] as const) bus.emit(event(name));
      clock.nowMs += 2 * age!.ms;
      await history.flush();
    }

    await history.stop();
    expect(errors).toEqual([]);
    const sum = { span_s: 60, completed: 6, retried: 0, failed: 0, cancelled: 0 };
    expect(await rows()).toMatchObject([
      { type: '', queue: '', ...sum },
      { type: '', queue: 'default', ...sum },
      { type: 'mail', queue: 'default', ...sum },
    ]);
    expect(await sums(`type = 'mail'`)).toMatchObject({ rows: 1, waited: 42, waits: 6, runs: 6 });
  });

  it('counts once what is written again because an answer was lost', async () => {
    const line = new BreakingExecutor(executor());
    const bus = new JobEventBus();
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const parts = { store: new HistoryStore(line), bus, clock: new TestClock(Date.now()), retentionMs: 1, onError };
    const history = new History(parts);
    const run = (count: number) => {
      for (let i = 0; i < count; i++) bus.emit(event('completed'));
    };
    run(3);
    line.breakAfter = 1;
    await history.flush();
    run(2);
    line.breakAfter = 0;
    line.breakBefore = 1;
    await history.flush();
    expect(errors).toHaveLength(2);
    await history.flush();
    run(4);
    await history.stop();

    expect(errors).toHaveLength(2);
    expect(await sums(`type = 'mail'`)).toMatchObject({ completed: 9, runs: 9 });
    expect(await sums(`type = '' and queue = ''`)).toMatchObject({ completed: 9 });
  });

  it('tells what is written of the next minute where nothing ran before, and calls it partial', async () => {
    const host = await startHost({ url: url(), jobs: { role: 'producer' } });
    const statistics = host.get(JobStatistics);
    const insert = (type: string, ageS: number) =>
      query(
        `insert into job_stats
           (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
         values ($1, 'default', 60, date_bin('1 minute', now() - $2 * interval '1 second', timestamptz 'epoch'),
           3, 0, 0, 0, 0, 0, '{}', '{}')`,
        [type, ageS],
      );
    // The minute that is told may end in between.
    await eventually(async () => {
      await query('truncate job_stats');
      for (const [type, ageS] of [
        ['first', 20],
        ['second', 20],
        ['second', 320],
      ] as const)
        await insert(type, ageS);
      const { points, total, to } = await statistics.series({ type: 'first' });
      const last = points.at(-1)!;
      expect(last).toMatchObject({ partial: true, completed: 3, at: new Date(to.getTime() - MINUTE_MS) });
      expect([points.length, points.filter(({ partial }) => partial).length]).toEqual([61, 1]);
      expect(total).toMatchObject({ completed: 3, perMinute: 3 / 61 });
      const day = await statistics.series({ type: 'first', from: new Date(Date.now() - 24 * HOUR_MS) });
      expect(day.points.at(-1)).toMatchObject({ partial: true, completed: 3 });
      const known = await statistics.series({ type: 'second' });
      expect(known.points.at(-1)).toMatchObject({ partial: false, completed: 0 });
      expect(known.total).toMatchObject({ completed: 3, perMinute: 3 / 60 });
    });
    await host.close();
  });
});
