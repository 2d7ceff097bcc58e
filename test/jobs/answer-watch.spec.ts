import type pg from 'pg';
import { AnswerWatch } from '../../libs/jobs/src/store/worker-connections/answer-watch.js';
import { KeptConnections } from '../../libs/jobs/src/store/worker-connections/kept-connections.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-connections/worker-client.js';
import { createTestPool, eventually } from '../support/index.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

/** Well above what the test lets a statement take that is answered in time, however busy the machine is. */
const ANSWER_MS = 800;

describe('a kept connection that is watched', () => {
  const database = useDatabase();
  let pool: pg.Pool;
  let connections: KeptConnections;
  let proxy: TcpProxy | undefined;

  afterEach(async () => {
    await proxy?.close();
    await connections.end();
  });

  function connect(url: string, max: number): void {
    pool = createTestPool(url, { max, Client: WorkerClient });
    connections = new KeptConnections(pool, new AnswerWatch(ANSWER_MS, systemClock));
  }

  async function ask<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    return (await connections.run((client) => client.query<Row>(sql))).rows;
  }

  it('gives up each statement that gets no answer once its time is over, and its connection with it', async () => {
    connect(database.url, 3);
    const askedMs = performance.now();
    const ended = (sql: string) =>
      ask(sql).then(
        () => ({ message: 'answered', afterMs: performance.now() - askedMs }),
        ({ message }: Error) => ({ message, afterMs: performance.now() - askedMs }),
      );
    const first = ended('select pg_sleep(3)');
    await ask('select pg_sleep(0.2)');
    const second = ended('select pg_sleep(3)');
    const results = await Promise.all([first, second, ended('select pg_sleep(0.3)')]);

    const given = `Query read timeout: no answer for ${ANSWER_MS} ms`;
    expect(results.map(({ message }) => message)).toEqual([given, given, 'answered']);
    expect(results[0].afterMs).toBeGreaterThanOrEqual(ANSWER_MS);
    expect(results[1].afterMs).toBeGreaterThanOrEqual(ANSWER_MS + 200);
    expect(pool.totalCount).toBe(1);
    expect(await ask<{ n: number }>('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('leaves a connection that idles alone, and statements for which the event loop had no time', async () => {
    connect(database.url, 1);
    const pid = async () => (await ask<{ pid: number }>('select pg_backend_pid() as pid'))[0]!.pid;
    const before = await pid();
    const readMs = performance.now();
    await eventually(() => performance.now() - readMs > 2 * ANSWER_MS);
    const answer = pid();
    // The statement must have been sent before the event loop stands still.
    await new Promise((resolve) => setImmediate(resolve));
    const blockedMs = performance.now();
    while (performance.now() - blockedMs < 2 * ANSWER_MS);
    expect(await answer).toBe(before);
  });

  it('gives up what was sent on a line that leads nowhere', async () => {
    proxy = await TcpProxy.to(database.url);
    connect(proxy.through(database.url), 1);
    await ask('select 1');
    proxy.swallowOpen();
    await expect(ask('select 1')).rejects.toThrow('Query read timeout');
  });
});
