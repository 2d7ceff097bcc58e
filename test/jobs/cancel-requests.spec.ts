import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { hostPool } from '../../libs/jobs/src/store/connection/executors.js';
import { JobStore } from '../../libs/jobs/src/store/control/job.store.js';
import type { Executor, Statement } from '../../libs/jobs/src/store/statement.js';
import { sweepRequests } from '../../libs/jobs/src/run/sweep-requests.js';
import { eventually } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { isPooled } from '../support/pooler.js';
import { useDatabase } from '../support/use-database.js';

const FIRST = '00000000-0000-0000-0000-000000000000';

/** A cancellation waits for whoever holds the advisory lock 7. */
const HOLD_UP_CANCELLATIONS = `
  create function hold_up() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(7);
    return new;
  end $$;
  create trigger hold_up before update on jobs for each row when (new.status = 'cancelled') execute function hold_up()`;

/** Lets a test act between a statement and the next one. */
class WatchedExecutor implements Executor {
  after: (name: string) => Promise<unknown> | void = () => {};

  constructor(private readonly inner: Executor) {}

  async run<P extends readonly unknown[], R>(statement: Statement<P, R>, params: P): Promise<R[]> {
    const rows = await this.inner.run(statement, params);
    await this.after(statement.name);
    return rows;
  }
}

describe('a request to cancel a job', () => {
  const database = useDatabase();
  let dataSource: DataSource;
  let executor: WatchedExecutor;
  let store: JobStore;

  beforeAll(async () => {
    dataSource = await database.openDataSource({ asApplication: true });
  });

  beforeEach(async () => {
    await dataSource.query('truncate jobs, job_signals');
    executor = new WatchedExecutor(inTestSchema(hostPool(dataSource, !isPooled)));
    store = new JobStore(executor);
  });

  async function add(status: string, { shard = 0, error = null as string | null } = {}): Promise<string> {
    const [row] = await dataSource.query<{ id: string }[]>(
      `insert into jobs (shard, type, status, error, run, worker_id, started_at, completed_at)
       values ($1, 'it', $2::text, $3, 1, case when $2 = 'processing' then gen_random_uuid() end, now(),
               case when $2 in ('completed', 'failed', 'cancelled') then now() end)
       returning id`,
      [shard, status, error],
    );
    return row!.id;
  }

  async function request(id: string, shard = 0): Promise<string> {
    await dataSource.query(`insert into job_signals (shard, job_id, kind) values ($1, $2, 'cancel')`, [shard, id]);
    return id;
  }

  const requested = async (status: string, options = {}) => request(await add(status, options));
  const makePending = (id: string) =>
    dataSource.query(`update jobs set status = 'pending', worker_id = null where id = $1`, [id]);
  const sweep = (shards = 1) => sweepRequests(store, shards);
  const read = async (id: string) =>
    (await dataSource.query<object[]>('select status, error, completed_at from jobs where id = $1', [id]))[0];
  const requests = async () =>
    (await dataSource.query<{ job_id: string }[]>('select job_id from job_signals order by job_id')).map(
      ({ job_id }) => job_id,
    );

  it.each([
    ['pending', null, 'Cancelled before its next run'],
    ['pending', 'Error: of an attempt', 'Error: of an attempt'],
    ['blocked', null, 'Cancelled before its next run'],
  ])('is granted to one that is %s with the error %s', async (status, before, error) => {
    const id = await requested(status, { error: before });
    await sweep();
    expect(await read(id)).toEqual({ status: 'cancelled', error, completed_at: expect.any(Date) as Date });
    expect(await requests()).toEqual([]);
  });

  it('stays for whoever runs it', async () => {
    const id = await requested('processing');
    await sweep();
    expect(await read(id)).toMatchObject({ status: 'processing' });
    expect(await requests()).toEqual([id]);
  });

  it.each(['completed', 'failed', 'cancelled'])('is forgotten once it is %s', async (status) => {
    const id = await requested(status);
    const before = await read(id);
    await sweep();
    expect(await read(id)).toEqual(before);
    expect(await requests()).toEqual([]);
  });

  it('is forgotten once there is no such job', async () => {
    await request(randomUUID());
    await sweep();
    expect(await requests()).toEqual([]);
  });

  it('does not wait for a transaction that holds the job or the request, and is found by a later sweep', async () => {
    const [job, finished, free] = [await requested('pending'), await requested('failed'), await requested('pending')];
    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('select 1 from jobs where id = $1 for update', [job]);
    await holder.query('update job_signals set created_at = now() where job_id = $1', [finished]);
    await sweep();
    expect(await read(free)).toMatchObject({ status: 'cancelled' });
    expect(await read(job)).toMatchObject({ status: 'pending' });
    expect(await requests()).toEqual([job, finished].sort());
    await holder.rollbackTransaction();
    await holder.release();
    await sweep();
    expect(await read(job)).toMatchObject({ status: 'cancelled' });
    expect(await requests()).toEqual([]);
  });

  it('stays if it was renewed during the sweep, which is too late to see that the job runs again', async () => {
    const [again, other] = [await requested('failed'), await requested('pending')];
    await dataSource.query(HOLD_UP_CANCELLATIONS);
    const holder = dataSource.createQueryRunner();
    await holder.query('select pg_advisory_lock(7)');
    const sweeping = sweep();
    await eventually(async () => {
      const waiting = await dataSource.query<object[]>(
        `select 1 from pg_locks where locktype = 'advisory' and not granted`,
      );
      expect(waiting).toHaveLength(1);
    });
    await dataSource.query(
      `update jobs set status = 'processing', worker_id = gen_random_uuid(), completed_at = null where id = $1`,
      [again],
    );
    expect(await store.cancel(0, again)).toBe('signalled');
    await holder.query('select pg_advisory_unlock(7)');
    await holder.release();
    await sweeping;
    await dataSource.query('drop function hold_up() cascade');
    expect(await read(other)).toMatchObject({ status: 'cancelled' });
    expect(await requests()).toEqual([again]);
  });

  it('is looked for page by page, so that those of running jobs hide no other', async () => {
    for (let n = 0; n < 6; n++) await requested('processing');
    const waiting = (await requests()).at(-1)!;
    await makePending(waiting);
    const first = await store.cancelRequested({ shard: 0, afterId: FIRST, limit: 5 });
    expect(first.looked).toBe(5);
    expect(await read(waiting)).toMatchObject({ status: 'pending' });
    expect(await store.cancelRequested({ shard: 0, afterId: first.last_id!, limit: 5 })).toEqual({
      looked: 1,
      last_id: waiting,
    });
    expect(await read(waiting)).toMatchObject({ status: 'cancelled' });
    expect(await store.cancelRequested({ shard: 0, afterId: waiting, limit: 5 })).toEqual({ looked: 0, last_id: null });
  });

  it('is granted in every shard', async () => {
    const ids = [await add('pending'), await add('pending', { shard: 1 })];
    await request(ids[0]!);
    await request(ids[1]!, 1);
    await sweep(2);
    for (const id of ids) expect(await read(id)).toMatchObject({ status: 'cancelled' });
  });

  it('is not needed where the run ended just before it could be seen: the job is cancelled at once', async () => {
    const id = await add('processing');
    executor.after = (name) => (name === 'jobs_signal_cancel' ? makePending(id) : undefined);
    expect(await store.cancel(0, id)).toBe('cancelled');
    expect(await read(id)).toMatchObject({ status: 'cancelled' });
  });
});
