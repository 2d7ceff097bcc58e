import { Injectable } from '@nestjs/common';
import { JobAbortedError, ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import type pg from 'pg';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';
import { FAR } from '../support/far-cron.js';

const TIMEOUT_MS = 300;
const GRACE_MS = 200;
const SHUTDOWN_MS = 400;

type Method = (tick: ScheduledTick) => Promise<unknown>;

const never = () => new Promise<never>(() => {});
/** What the schedules do in a test. */
let bounded: Method;
let unbounded: Method;

@Injectable()
class Schedules {
  @ScheduledJob(FAR, { name: 'bounded', timeoutMs: TIMEOUT_MS })
  bounded(tick: ScheduledTick): Promise<unknown> {
    return bounded(tick);
  }

  @ScheduledJob(FAR, { name: 'unbounded' })
  unbounded(tick: ScheduledTick): Promise<unknown> {
    return unbounded(tick);
  }
}

describe('a scheduled method that never ends', () => {
  const database = useDatabase({ each: true });
  let client: pg.Client;
  let host: Host;
  let ticks: ScheduledTick[];

  beforeEach(async () => {
    database.closeFirst(() => host.close());
    client = await database.connect();
    ticks = [];
    const jobs = { abortGraceMs: GRACE_MS, shutdownTimeoutMs: SHUTDOWN_MS };
    host = await startHost({ url: database.url, providers: [Schedules], jobs });
  });

  /** Keeps what the method was given, and makes its schedule due. */
  async function fire(name: 'bounded' | 'unbounded', method: Method): Promise<void> {
    const noting: Method = (tick) => {
      ticks.push(tick);
      return method(tick);
    };
    if (name === 'bounded') bounded = noting;
    else unbounded = noting;
    await client.query(`update job_schedules set next_run_at = now() where name = $1`, [name]);
    await eventually(
      async () => {
        void host.get<JobSchedulerService>(JobSchedulerService).runOnce();
        return ticks.length > 0;
      },
      { intervalMs: 200, timeoutMs: 10_000 },
    );
  }

  const stateOf = async (name: string) =>
    (
      await client.query<{ failures: number; error: string | null }>(
        'select failures, last_error as error from job_schedules where name = $1',
        [name],
      )
    ).rows[0]!;
  const failed = () => eventually(async () => (await stateOf('bounded')).failures > 0, { timeoutMs: 10_000 });
  const lockRow = (name: string) => client.query('select from job_schedules where name = $1 for update nowait', [name]);

  it('is told by its signal, and left behind if it ignores that: its row is free, its tick is to be tried again', async () => {
    await fire('bounded', async ({ manager }) => {
      await manager.query('create table written (n int)');
      await never();
    });
    await failed();
    const [tick] = ticks;
    expect(tick!.signal.reason).toBeInstanceOf(JobAbortedError);
    expect((await stateOf('bounded')).error).toContain(`Timed out after ${TIMEOUT_MS} ms`);
    await lockRow('bounded');
    expect((await client.query(`select to_regclass('written') as written`)).rows).toEqual([{ written: null }]);
    await expect(tick!.manager.query('select 1')).rejects.toThrow();
    await eventually(() => ticks.length > 1, { timeoutMs: 10_000 });
  });

  it('is ended in the middle of a statement, on the server too', async () => {
    await fire('bounded', ({ manager }) => manager.query('select pg_sleep(600)'));
    await failed();
    const sleeping = `select from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'`;
    await eventually(async () => expect((await client.query(sleeping)).rowCount).toBe(0));
    await eventually(() => lockRow('bounded'));
  });

  it('may end in time after its signal, by an error or by a return, which commits', async () => {
    const aborted = (signal: AbortSignal) =>
      new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await fire('bounded', async ({ signal, manager }) => {
      await aborted(signal);
      await manager.query('create table written (n int)');
    });
    await eventually(async () => {
      const { rows } = await client.query<{ n: number }>('select count(*)::int as n from job_schedule_ticks');
      return rows[0]!.n === 1;
    });
    expect((await client.query(`select to_regclass('written') is not null as written`)).rows[0]).toEqual({
      written: true,
    });
    ticks = [];
    await fire('bounded', async ({ signal }) => {
      await aborted(signal);
      throw new Error('gave up');
    });
    await failed();
    expect((await stateOf('bounded')).error).toContain('Timed out');
  });

  it('cannot end the process by a listener of its signal that throws', async () => {
    await fire('bounded', ({ signal }) => {
      signal.addEventListener('abort', () => {
        throw new Error('from a listener');
      });
      return never();
    });
    await failed();
    expect((await stateOf('bounded')).error).toContain('Timed out');
  });

  it.each([
    ['waits for nothing', () => never()],
    ['waits for the database', ({ manager }: ScheduledTick) => manager.query('select pg_sleep(600)')],
  ])('does not keep the application from closing if it %s, and costs no try', async (_, method) => {
    await fire('unbounded', method);
    const startedMs = performance.now();
    await host.close();
    expect(performance.now() - startedMs).toBeLessThan(SHUTDOWN_MS + GRACE_MS + 5_000);
    expect(ticks[0]!.signal.reason).toMatchObject({ code: 'shutdown' });
    expect(await stateOf('unbounded')).toEqual({ failures: 0, error: null });
    await eventually(() => lockRow('unbounded'));
  });

  it('in a process that stands still loses its row by the limits of its transaction', async () => {
    let settings: unknown;
    await fire('unbounded', async ({ manager }) => {
      settings = await manager.query(
        `select current_setting('statement_timeout') as statement,
           current_setting('idle_in_transaction_session_timeout') as idle`,
      );
    });
    const limit = `${300_000 + GRACE_MS}ms`;
    await eventually(() => expect(settings).toEqual([{ statement: limit, idle: limit }]));
  });
});
