import pg from 'pg';
import { AnswerWatch } from '../../libs/jobs/src/store/worker-connections/answer-watch.js';
import { KeptConnections } from '../../libs/jobs/src/store/worker-connections/kept-connections.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-connections/worker-client.js';
import { createTestPool, eventually } from '../support/index.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

describe('kept connections', () => {
  const database = useDatabase();
  let pool: pg.Pool;
  let connections: KeptConnections;

  function connect(config: pg.PoolConfig = {}): void {
    pool = createTestPool(database.url, { max: 2, Client: WorkerClient, ...config });
    connections = new KeptConnections(pool, new AnswerWatch(10_000, systemClock));
  }

  const pid = () =>
    connections.run(async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      return rows[0]!.pid;
    });
  const sleep = (seconds: number) => connections.run((client) => client.query('select pg_sleep($1)', [seconds]));

  it('take one statement after the other without the pool', async () => {
    connect();
    const acquired = jest.fn();
    pool.on('acquire', acquired);
    expect([await pid(), await pid()]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(acquired).toHaveBeenCalledTimes(1);
    await connections.end();
  });

  it('are no more than the pool allows: what comes then waits for one', async () => {
    connect();
    const busy = [sleep(0.2), sleep(0.2)];
    const third = pid();
    await eventually(() => expect(pool.waitingCount).toBe(1));
    await Promise.all(busy);
    expect(await third).toEqual(expect.any(Number));
    expect(pool.totalCount).toBe(2);
    await connections.end();
  });

  it('are replaced when one breaks while it idles', async () => {
    connect();
    const before = await pid();
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query('select pg_terminate_backend($1)', [before]);
    await eventually(() => expect(pool.totalCount).toBe(0));
    expect(await pid()).not.toBe(before);
    await admin.end();
    await connections.end();
  });

  it('are closed when a statement fails on one', async () => {
    connect();
    const before = await pid();
    await expect(connections.run((client) => client.query('select 1 / 0'))).rejects.toMatchObject({ code: '22012' });
    expect(await pid()).not.toBe(before);
    await connections.end();
  });

  it('go back to a pool that renews them', async () => {
    connect({ maxUses: 2 });
    const pids = [await pid(), await pid(), await pid()];
    expect(pids[1]).toBe(pids[0]);
    expect(pids[2]).not.toBe(pids[0]);
    await connections.end();
  });

  it('end once the statements under way have their answers', async () => {
    connect();
    const answer = sleep(0.2);
    await connections.end();
    await expect(answer).resolves.toMatchObject({ rowCount: 1 });
    expect(pool.totalCount).toBe(0);
  });
});
