import { randomBytes } from 'node:crypto';
import { defineJob, type JobProcessor, ProcessesJob } from '@monstera/jobs';
import type pg from 'pg';
import { z } from 'zod';
import { eventually } from '../../support/index.js';
import { startHost, type Host } from '../host.js';
import { useDatabase } from '../../support/use-database.js';

/** `npm run test:rotation` sets more. */
const ROTATIONS = Number(process.env.MONSTERA_TEST_ROTATIONS ?? 2);
const BACK_WITHIN_MS = 5_000;

const work = defineJob({ type: 'work', payload: z.object({}), retry: { type: 'fixed', initialDelayMs: 10 } });

@ProcessesJob(work)
class WorkProcessor implements JobProcessor<typeof work> {
  async process(): Promise<void> {}
}

const secret = () => randomBytes(9).toString('hex');

describe('a password that rotates', () => {
  const role = `rotating_${randomBytes(4).toString('hex')}`;
  const database = useDatabase();
  let admin: pg.Client;
  let host: Host;
  let password = secret();
  let asked = 0;

  beforeAll(async () => {
    database.closeFirst(async () => {
      await host.close();
      await admin.query(`drop role ${role}`).catch(() => {});
    });
    admin = await database.connect();
    await admin.query(`create role ${role} superuser login password '${password}'`);
    const { hostname, port, pathname } = new URL(database.url);
    host = await startHost({
      url: database.url,
      providers: [WorkProcessor],
      jobs: { lease: { renewMs: 1_000, fenceAfterMs: 6_000, deadAfterMs: 12_000 }, pollIntervalMs: 500 },
      database: {
        url: undefined,
        host: hostname,
        port: Number(port),
        database: pathname.slice(1),
        username: role,
        password: async () => (asked++, password),
      },
    });
  });

  async function rotate(): Promise<void> {
    password = secret();
    await admin.query(`alter role ${role} password '${password}'`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role]);
  }

  /** Milliseconds until the lease is renewed by a connection made after `at`. */
  async function leaseBack(at: Date): Promise<number> {
    const startedMs = performance.now();
    await eventually(
      async () => {
        const { rows } = await admin.query('select from job_workers where last_seen_at > $1 and dead_at is null', [at]);
        return rows.length === 1;
      },
      { timeoutMs: 3 * BACK_WITHIN_MS },
    );
    return performance.now() - startedMs;
  }

  const enqueueSome = () => admin.query(`insert into jobs (type) select 'work' from generate_series(1, 50)`);

  it(
    `${ROTATIONS} times, with connections cut, costs no job, and the lease is back within 5 s`,
    async () => {
      const back: number[] = [];
      for (let n = 0; n < ROTATIONS; n++) {
        await enqueueSome();
        await rotate();
        const { rows } = await admin.query<{ now: Date }>('select clock_timestamp() as now');
        await enqueueSome();
        back.push(await leaseBack(rows[0]!.now));
      }
      await eventually(
        async () => {
          const { rows } = await admin.query('select status, count(*)::int as jobs from jobs group by status');
          expect(rows).toEqual([{ status: 'completed', jobs: 100 * ROTATIONS }]);
        },
        { timeoutMs: 20_000 },
      );
      expect(Math.max(...back)).toBeLessThan(BACK_WITHIN_MS);
      expect(asked).toBeGreaterThan(ROTATIONS);
      if (process.env.MONSTERA_TEST_ROTATIONS)
        process.stdout.write(`Lease back after (ms): ${back.map(Math.round).join()}\n`);
    },
    20_000 * ROTATIONS + 30_000,
  );
});
