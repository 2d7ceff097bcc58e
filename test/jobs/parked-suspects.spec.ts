import { eventually } from '../support/index.js';
import { OneProcess } from './one-process.js';
import { useDatabase } from '../support/use-database.js';

const LOOK_AGAIN = { concurrency: 1, pollIntervalMs: 100 };

describe('jobs with a crash behind them, in a process with one slot,', () => {
  const database = useDatabase({ each: true });
  let one: OneProcess;

  beforeEach(async () => {
    database.closeFirst(() => one.close());
    one = await OneProcess.start(database.url, LOOK_AGAIN);
  });

  /** As their rescue leaves them. */
  async function rescue(count: number): Promise<string[]> {
    const rows = await one.dataSource.query<{ id: string }[]>(
      `insert into jobs (type, payload, attempts, run, crashes)
       select 'held', '{"n": 0}', 1, 1, 1 from generate_series(1, $1) returning id`,
      [count],
    );
    one.worker.loop.wake();
    return rows.map(({ id }) => id);
  }

  const started = () => one.started.map(({ job }) => job.id);
  const waiting = async (ids: string[]) => {
    const rows = await Promise.all(ids.map((id) => one.row(id)));
    return rows.filter(({ status }) => status === 'pending');
  };

  /** One of them runs, and the others are parked. */
  async function parked(ids: string[]): Promise<string[]> {
    await eventually(async () => {
      expect(started()).toHaveLength(1);
      expect(await waiting(ids)).toHaveLength(ids.length - 1);
      expect(one.worker.held).toHaveLength(1);
    });
    return ids.filter((id) => id !== started()[0]);
  }

  it('run one after the other, and none of them waits in the process meanwhile', async () => {
    const ids = await rescue(3);
    const others = await parked(ids);
    for (const row of await waiting(others)) {
      expect(row).toMatchObject({ attempts: 1, worker_id: null });
      expect((row.scheduled_at as Date).getTime()).toBeGreaterThan(Date.now() + 3_000);
    }
    for (let n = 0; n < 3; n++) {
      await eventually(() => expect(one.started).toHaveLength(n + 1));
      one.started[n]!.end();
    }
    await eventually(async () => expect((await one.row(ids[2]!)).status).toBe('completed'));
    expect(started().sort()).toEqual(ids.sort());
    expect(one.started.every(({ job }) => job.attempt === 2)).toBe(true);
    expect(one.maxAtOnce).toBe(1);
  });

  it('have their turn again, if the database did not say whether they are to be cancelled', async () => {
    let failed = 0;
    one.own.afterReply = (name) => {
      if (name === 'jobs_read_signals' && one.own.sent.includes('jobs_claim_given') && failed++ === 0)
        throw Object.assign(new Error('connection reset'), { code: 'ECONNRESET' });
    };
    await parked(await rescue(2));
    expect(failed).toBeGreaterThan(1);
  });

  it('can be cancelled while they are parked', async () => {
    const [first, second] = await parked(await rescue(3));
    expect(await one.jobs.cancel(first!)).toMatchObject({ status: 'cancelled' });
    one.started[0]!.end();
    await eventually(() => expect(started().at(-1)).toBe(second));
    expect(started()).not.toContain(first);
  });

  it('are left to whoever has taken them meanwhile', async () => {
    const [first, second] = await parked(await rescue(3));
    await one.dataSource.query(`update jobs set run = run + 1, scheduled_at = now() + interval '1 day' where id = $1`, [
      first,
    ]);
    one.started[0]!.end();
    await eventually(() => expect(started().at(-1)).toBe(second));
    one.started.at(-1)!.end();
    await one.idle();
    expect(await one.row(first!)).toMatchObject({ status: 'pending', attempts: 1 });
  });

  it('are not called in while their queue is paused', async () => {
    const others = await parked(await rescue(2));
    one.worker.steer({ paused: ['default'], pausedTypes: [], isDrained: false });
    one.started[0]!.end();
    await eventually(() => expect(one.worker.held).toHaveLength(0));
    await one.idle();
    expect(await waiting(others)).toHaveLength(1);
    expect(one.started).toHaveLength(1);
  });

  it('are not touched by the end of the process', async () => {
    const others = await parked(await rescue(3));
    await one.dataSource.query('update job_workers set dead_at = now()');
    const rows = await one.dataSource.query<{ id: string }[]>(`select id from jobs where worker_id is not null`);
    expect(rows.map(({ id }) => id)).toEqual(started());
    expect((await waiting(others)).map(({ crashes }) => crashes)).toEqual([1, 1]);
  });
});
